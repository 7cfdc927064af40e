package stub

/*
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

// Ends this process by a signal, as the program ended, without a second core file.
static void die(int sig) {
  struct rlimit none = {0, 0};
  sigset_t set;
  setrlimit(RLIMIT_CORE, &none);
  signal(sig, SIG_DFL);
  sigemptyset(&set);
  sigaddset(&set, sig);
  pthread_sigmask(SIG_UNBLOCK, &set, 0);
  // To this thread: one that another thread takes, as the kernel does with signals that dump core, may come after exit.
  raise(sig);
}
*/
import "C"

import (
	"os"
	"syscall"
)

// Die ends this process by a signal. If the signal does not kill, the exit status is 128 plus its number, as shells say
// it.
func Die(sig syscall.Signal) {
	C.die(C.int(sig))
	os.Exit(128 + int(sig))
}
