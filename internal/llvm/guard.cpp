#include "version.h"

#include "guard.h"

#include "llvm/Support/ErrorHandling.h"

#include <csetjmp>
#include <csignal>
#include <mutex>

namespace {

struct Guard {
  sigjmp_buf Return;
  char Message[512];
};

thread_local Guard *Current;

const int Signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP};
struct sigaction Previous[65];

// Faults outside a guard are Go's: its runtime turns them into panics.
void onSignal(int Sig, siginfo_t *Info, void *Context) {
  if (Guard *G = Current) {
    Current = nullptr;
    const char *Name = sigdescr_np(Sig);
    snprintf(G->Message, sizeof G->Message, "LLVM crashed (%s)", Name ? Name : "signal");
    siglongjmp(G->Return, 1);
  }
  const struct sigaction &P = Previous[Sig];
  if (P.sa_flags & SA_SIGINFO) {
    P.sa_sigaction(Sig, Info, Context);
  } else if (P.sa_handler == SIG_DFL) {
    signal(Sig, SIG_DFL);
    raise(Sig);
  } else if (P.sa_handler != SIG_IGN) {
    P.sa_handler(Sig);
  }
}

void onFatalError(void *, const char *Reason, bool) {
  if (Guard *G = Current) {
    Current = nullptr;
    snprintf(G->Message, sizeof G->Message, "LLVM gave up: %s", Reason);
    siglongjmp(G->Return, 1);
  }
}

// Installed over Go's handlers, which are called for all that is not ours. SA_ONSTACK as Go requires.
void install() {
  llvm::install_fatal_error_handler(onFatalError);
  llvm::install_bad_alloc_error_handler(onFatalError);
  for (int Sig : Signals) {
    struct sigaction A = {};
    A.sa_sigaction = onSignal;
    A.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigaction(Sig, nullptr, &Previous[Sig]);
    A.sa_mask = Previous[Sig].sa_mask;
    sigaction(Sig, &A, nullptr);
  }
}

} // namespace

char *orcast_guarded(llvm::function_ref<llvm::Error()> Body, bool *Crashed) {
  static std::once_flag Once;
  std::call_once(Once, install);
  Guard G;
  *Crashed = false;
  if (sigsetjmp(G.Return, 1)) {
    *Crashed = true;
    return strdup(G.Message);
  }
  Current = &G;
  llvm::Error E = Body();
  Current = nullptr;
  if (!E)
    return nullptr;
  return strdup(llvm::toString(std::move(E)).c_str());
}
