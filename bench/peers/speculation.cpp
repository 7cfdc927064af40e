// speculation: runs a program from bitcode under LLVM's own speculation, as a peer that orcast is compared with.
//
//   speculation block|sequence|none THREADS EFFORT PROGRAM.bc [ARGUMENT...]
//
// The layers are LLVM's, one over the other: CompileOnDemandLayer makes each function a stub, IRPartitionLayer takes
// the function that is asked for out of the module, IRSpeculationLayer has it start the compilation of what it is
// likely to call, as BlockFreqQuery or SequenceBBQuery guesses, and IRCompileLayer compiles it. Without the
// IRPartitionLayer LLVM 22 would compile the whole module at the first call. "none" leaves the IRSpeculationLayer out.
#include "llvm/ExecutionEngine/Orc/CompileOnDemandLayer.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/IRPartitionLayer.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/ExecutionEngine/Orc/SpeculateAnalyses.h"
#include "llvm/ExecutionEngine/Orc/Speculation.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/TargetSelect.h"

#include <cstdio>
#include <cstdlib>
#include <unistd.h>
#include <vector>

using namespace llvm;
using namespace llvm::orc;

static ExitOnError check("speculation: ", 125);
static std::vector<std::pair<void (*)(void *), void *>> handlers;

// The program's exit does not run the destructors of LLVM, whose threads may still compile.
[[noreturn]] static void programExit(int status) {
  while (!handlers.empty()) {
    auto [handler, argument] = handlers.back();
    handlers.pop_back();
    handler(argument);
  }
  fflush(nullptr);
  _exit(status);
}

// glibc has atexit in the static part of its library only.
static int programAtExit(void (*handler)()) {
  handlers.emplace_back(reinterpret_cast<void (*)(void *)>(handler), nullptr);
  return 0;
}

static int programCxaAtExit(void (*destructor)(void *), void *object, void *) {
  handlers.emplace_back(destructor, object);
  return 0;
}

static ThreadSafeModule parse(MemoryBufferRef text) {
  auto context = std::make_unique<LLVMContext>();
  SMDiagnostic diagnostic;
  auto module = parseIR(text, diagnostic, *context);
  if (!module) {
    diagnostic.print("speculation", errs());
    exit(125);
  }
  return ThreadSafeModule(std::move(module), std::move(context));
}

static IRSpeculationLayer::ResultEval query(StringRef name) {
  if (name == "block")
    return BlockFreqQuery();
  return SequenceBBQuery();
}

int main(int argc, char **argv) {
  if (argc < 5) {
    fprintf(stderr, "usage: speculation block|sequence|none THREADS EFFORT PROGRAM.bc [ARGUMENT...]\n");
    return 125;
  }
  const StringRef guess = argv[1];
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  InitializeNativeTargetAsmParser();
  auto target = check(JITTargetMachineBuilder::detectHost());
  target.setCodeGenOptLevel(atoi(argv[3]) == 0 ? CodeGenOptLevel::None : CodeGenOptLevel::Default);
  auto jit = check(LLJITBuilder()
                       .setJITTargetMachineBuilder(target)
                       .setNumCompileThreads(atoi(argv[2]))
                       .setPlatformSetUp(setUpInactivePlatform)
                       .create());
  auto &session = jit->getExecutionSession();
  auto &library = jit->getMainJITDylib();
  MangleAndInterner mangle(session, jit->getDataLayout());

  check(library.define(absoluteSymbols({
      {mangle("exit"), {ExecutorAddr::fromPtr(&programExit), JITSymbolFlags::Exported}},
      {mangle("atexit"), {ExecutorAddr::fromPtr(&programAtExit), JITSymbolFlags::Exported}},
      {mangle("__cxa_atexit"), {ExecutorAddr::fromPtr(&programCxaAtExit), JITSymbolFlags::Exported}},
  })));
  // Code reaches this variable by 32 bits, so it lies where the code does.
  check(jit->addIRModule(parse(MemoryBufferRef("@__dso_handle = global i8 0", "dso_handle"))));

  ImplSymbolMap implementations;
  Speculator speculator(implementations, session);
  check(speculator.addSpeculationRuntime(library, mangle));
  IRSpeculationLayer speculation(session, jit->getIRCompileLayer(), speculator, mangle, query(guess));
  IRLayer &below = guess == "none" ? static_cast<IRLayer &>(jit->getIRCompileLayer()) : speculation;
  IRPartitionLayer partition(session, below);
  auto calls = check(createLocalLazyCallThroughManager(jit->getTargetTriple(), session, ExecutorAddr()));
  CompileOnDemandLayer onDemand(session, partition, *calls,
                                createLocalIndirectStubsManagerBuilder(jit->getTargetTriple()));
  onDemand.setImplMap(&implementations);

  auto file = check(errorOrToExpected(MemoryBuffer::getFile(argv[4])));
  auto program = parse(*file);
  CtorDtorRunner constructors(library);
  program.withModuleDo([&](Module &module) {
    constructors.add(getConstructors(module));
    for (auto name : {"llvm.global_ctors", "llvm.global_dtors"})
      if (auto *list = module.getGlobalVariable(name))
        list->eraseFromParent();
  });
  check(onDemand.add(library, std::move(program)));
  check(constructors.run());
  auto start = check(jit->lookup("main")).toPtr<int (*)(int, char **, char **)>();
  programExit(start(argc - 4, argv + 4, environ));
}
