// Command pause holds a pod's namespaces open until it is told to end. A program of its own: each pod starts one, and the
// components' start costs a tenth of a second of processor time.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	<-stop
}
