/** The page's only program: filters rows, opens the one that is linked to, copies commands. All is shown without it. */
export const pageScript = `(() => {
  "use strict";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const form = document.querySelector("#filter");
  if (form) {
    const rows = all("details.row");
    const groups = all("section.group");
    const found = document.querySelector("#found");
    const none = document.querySelector("#none");
    const search = form.querySelector("input[type=search]");
    const texts = new Map();
    const textOf = (row) => {
      if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase().replace(/\\s+/g, " "));
      return texts.get(row);
    };
    const apply = () => {
      const asked = { verdict: new Set(), spec: new Set(), level: new Set() };
      for (const box of all("input[type=checkbox]:checked", form)) asked[box.name].add(box.value);
      const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const fits = Object.entries(asked).every(([name, set]) => set.size === 0 || set.has(row.dataset[name]));
        row.hidden = !(fits && words.every((word) => textOf(row).includes(word)));
        if (!row.hidden) shown += 1;
      }
      for (const group of groups) group.hidden = all("details.row", group).every((row) => row.hidden);
      found.value = shown + " of " + rows.length + " shown";
      none.hidden = shown > 0;
    };
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    // The fields are empty only after the event.
    form.addEventListener("reset", () => requestAnimationFrame(apply));
    document.querySelector("#open").addEventListener("click", () => {
      const visible = rows.filter((row) => !row.hidden);
      const open = visible.some((row) => !row.open);
      for (const row of visible) row.open = open;
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof HTMLInputElement && event.target.type === "search") return;
      event.preventDefault();
      search.focus();
    });
    const follow = () => {
      const row = document.getElementById(location.hash.slice(1));
      if (!row || !row.matches("details.row")) return;
      if (row.hidden) form.reset();
      row.hidden = false;
      row.open = true;
      row.closest("section.group").hidden = false;
      row.scrollIntoView();
    };
    addEventListener("hashchange", follow);
    // A link to where the page is already changes nothing, and the row may have been closed since.
    document.addEventListener("click", ({ target }) => {
      if (target instanceof Element && target.closest("a[href^='#']")?.hash === location.hash) follow();
    });
    // A browser keeps what was filtered when a page is reloaded.
    apply();
    follow();
  }
  if (navigator.clipboard) {
    for (const command of all(".command")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy";
      button.addEventListener("click", () =>
        navigator.clipboard.writeText(command.querySelector("code").textContent).then(
          () => { button.textContent = "Copied"; },
          () => { button.textContent = "Not copied"; },
        ));
      button.addEventListener("blur", () => { button.textContent = "Copy"; });
      command.append(button);
    }
  }
})();
`;
