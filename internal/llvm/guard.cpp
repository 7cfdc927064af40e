#include "version.h"

#include "guard.h"

#include "llvm/Support/ErrorHandling.h"

#include <csetjmp>
#include <csignal>
#include <exception>
#include <link.h>
#include <mutex>
#include <new>
#include <ucontext.h>
#include <unistd.h>

// Of package stub, which has the start of the process. A program that has no such package runs them before main.
extern "C" void orcast_run_constructors() __attribute__((weak));

namespace {

struct Guard {
  sigjmp_buf Return;
  char Message[512];
};

thread_local Guard *Current;

const int Signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP};
struct sigaction Previous[65];

// Where the code of the C library lies.
uintptr_t Library, LibraryEnd;

int findLibrary(dl_phdr_info *Info, size_t, void *) {
  for (int I = 0; I < Info->dlpi_phnum; I++) {
    const ElfW(Phdr) &P = Info->dlpi_phdr[I];
    uintptr_t Start = Info->dlpi_addr + P.p_vaddr, End = Start + P.p_memsz, Inside = (uintptr_t)&malloc;
    if (P.p_type == PT_LOAD && Inside >= Start && Inside < End) {
      Library = Start;
      LibraryEnd = End;
      return 1;
    }
  }
  return 0;
}

void say(const char *Text) {
  if (write(STDERR_FILENO, Text, strlen(Text)) < 0)
    return; // nobody listens
}

// Faults outside a guard are Go's: its runtime turns them into panics.
void onSignal(int Sig, siginfo_t *Info, void *Context) {
  if (Guard *G = Current) {
    const char *Name = sigdescr_np(Sig);
    snprintf(G->Message, sizeof G->Message, "LLVM crashed (%s)", Name ? Name : "signal");
    // What was interrupted in the C library may hold malloc's lock, so that the next call of it would never return.
    uintptr_t At = ((ucontext_t *)Context)->uc_mcontext.gregs[REG_RIP];
    if (At >= Library && At < LibraryEnd) {
      say(G->Message);
      say(" inside the C library, whose locks it may hold\n");
      _exit(125);
    }
    Current = nullptr;
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

// What LLVM and C++ call when they give up, on the thread that does, with no lock of the C library held.
void giveUp(const char *Reason) {
  if (Guard *G = Current) {
    Current = nullptr;
    snprintf(G->Message, sizeof G->Message, "LLVM gave up: %s", Reason);
    siglongjmp(G->Return, 1);
  }
}

void onFatalError(void *, const char *Reason, bool) { giveUp(Reason); }

std::terminate_handler PreviousTerminate;
void onTerminate() {
  giveUp("terminated");
  PreviousTerminate();
}

// Called by operator new, which tries again as long as there is a handler.
void onNoMemory() {
  giveUp("out of memory");
  std::set_new_handler(nullptr);
}

// Installed over Go's handlers, which are called for all that is not ours. SA_ONSTACK as Go requires.
void install() {
  llvm::install_fatal_error_handler(onFatalError);
  llvm::install_bad_alloc_error_handler(onFatalError);
  PreviousTerminate = std::set_terminate(onTerminate);
  std::set_new_handler(onNoMemory);
  dl_iterate_phdr(findLibrary, nullptr);
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

orcast_unguarded::orcast_unguarded() : Outer(Current) { Current = nullptr; }
orcast_unguarded::~orcast_unguarded() { Current = (Guard *)Outer; }

void orcast_construct() {
  static std::once_flag Once;
  std::call_once(Once, [] {
    if (orcast_run_constructors)
      orcast_run_constructors();
  });
}

char *orcast_guarded(llvm::function_ref<llvm::Error()> Body, bool *Crashed) {
  static std::once_flag Once;
  orcast_construct();
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
