/** A headless Chromium of the machine: Debian's, or the one that CHROMIUM names. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

export async function openBrowser(): Promise<Browser> {
  const named = process.env.CHROMIUM;
  const path = named ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  if (path === undefined)
    throw new Error("there is no Chromium: install one (Debian: apt-get install chromium), or name it in CHROMIUM");
  // Its sandbox does not work for root, which is who runs in a container.
  return chromium.launch({ executablePath: path, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
}
