// Workers: from bodies in lazily loaded bitcode to relocatable objects.

#include "version.h"

#include "guard.h"
#include "object.h"
#include "shim.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Analysis/MemoryBuiltins.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/DiagnosticHandler.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/GVMaterializer.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Target/TargetOptions.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

#include <mutex>

using namespace llvm;

namespace {

Error fail(const Twine &Message) { return createStringError(inconvertibleErrorCode(), Message); }

void initialize() {
  static std::once_flag Once;
  std::call_once(Once, [] {
    orcast_construct();
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser();
  });
}

// Collects errors, such as bad inline assembly, which LLVM otherwise prints before it exits.
struct Diagnostics : DiagnosticHandler {
  std::string Errors;
  bool handleDiagnostics(const DiagnosticInfo &D) override {
    if (D.getSeverity() == DS_Error) {
      raw_string_ostream OS(Errors);
      DiagnosticPrinterRawOStream P(OS);
      if (!Errors.empty())
        OS << "; ";
      D.print(P);
    }
    return true;
  }
};

// A worker's copy of a module. Bodies and initialisers stay unread until they are asked for.
struct LoadedModule {
  std::unique_ptr<llvm::Module> IR;
  std::vector<GlobalValue *> Values; // in the order of orcast_module::refs
  DenseMap<const GlobalValue *, uint32_t> Index;
  DenseSet<uint32_t> Moved; // positions of functions whose bodies went into a unit
};

} // namespace

struct orcast_worker {
  LLVMContext Context;
  Diagnostics *Diags;
  std::unique_ptr<TargetMachine> Target;
  // The code generator's passes, kept from unit to unit: setting them up costs more than compiling a small function.
  // They write to Bytes.
  SmallVector<char, 0> Bytes;
  raw_svector_ostream Stream{Bytes};
  std::unique_ptr<legacy::PassManager> Passes;
  DenseMap<uint32_t, std::unique_ptr<LoadedModule>> Modules;
  bool Crashed = false;
};

namespace {

// The module's llvm.localrecover, through which functions look into frames of others; NULL if it has none.
Function *recoverOf(llvm::Module &M) { return Intrinsic::getDeclarationIfExists(&M, Intrinsic::localrecover); }

// Calls Visit for every call by which a function looks into the frame of another one.
void forRecoveries(llvm::Module &M, function_ref<void(CallInst &, Function &)> Visit) {
  if (Function *Recover = recoverOf(M))
    for (User *U : Recover->users())
      if (auto *Call = dyn_cast<CallInst>(U))
        if (auto *Of = dyn_cast<Function>(Call->getArgOperand(0)->stripPointerCasts()))
          Visit(*Call, *Of);
}

Error load(orcast_worker &W, const orcast_module &M, LoadedModule *&Out) {
  std::unique_ptr<LoadedModule> &L = W.Modules[M.number];
  if (L) {
    Out = L.get();
    return Error::success();
  }
  MemoryBufferRef Buffer(StringRef((const char *)M.data, M.size), M.name);
  auto List = getBitcodeModuleList(Buffer);
  if (!List)
    return List.takeError();
  if (M.index >= List->size())
    return fail("module not found in the file");
  auto IR = (*List)[M.index].getLazyModule(W.Context, /*ShouldLazyLoadMetadata=*/true, /*IsImporting=*/false);
  if (!IR)
    return IR.takeError();
  if (GVMaterializer *G = (*IR)->getMaterializer())
    G->setStripDebugInfo();
  for (Function &F : **IR) // those are read already of whose blocks a variable holds addresses
    if (!F.empty())
      stripDebugInfo(F);
  if (recoverOf(**IR)) // only all bodies together say whose frame is looked into
    if (Error E = (*IR)->materializeAll())
      return E;
  auto New = std::make_unique<LoadedModule>();
  // Upgrading old intrinsics appends to the lists, so the first values are those of the records.
  auto Take = [&](auto &&List, uint32_t N) {
    for (auto &V : List) {
      if (N-- == 0)
        break;
      New->Index[&V] = New->Values.size();
      New->Values.push_back(&V);
    }
  };
  Take((*IR)->globals(), M.nglobals);
  Take((*IR)->functions(), M.nfunctions);
  Take((*IR)->aliases(), M.naliases);
  Take((*IR)->ifuncs(), M.nifuncs);
  if (New->Values.size() != M.nglobals + M.nfunctions + M.naliases + M.nifuncs)
    return fail("LLVM sees other symbols in the module than the index has");
  New->IR = std::move(*IR);
  L = std::move(New);
  Out = L.get();
  return Error::success();
}

// The name in objects of a value, by its place in orcast_module::refs. The mark keeps calling conventions from
// decorating it.
std::string symbolName(const char *Kind, uint32_t Place) { return "\x01" + (Kind + utostr(Place)); }

// Declares, in a unit, what the unit refers to: by place, or by name.
class Declarer final : public ValueMaterializer {
  llvm::Module &Unit;
  const LoadedModule &From;
  const orcast_module &M;

public:
  Declarer(llvm::Module &Unit, const LoadedModule &From, const orcast_module &M) : Unit(Unit), From(From), M(M) {}

  Value *materialize(Value *V) override {
    auto *GV = dyn_cast<GlobalValue>(V);
    if (!GV || GV->getParent() == &Unit)
      return nullptr;
    auto It = From.Index.find(GV);
    orcast_ref R = {};
    if (It != From.Index.end())
      R = M.refs[It->second];
    std::string Name = R.kind >= ORCAST_FUNCTION ? symbolName("oc.", It->second) : GV->getName().str();
    if (GlobalValue *Known = Unit.getNamedValue(Name))
      return Known;
    return declare(*GV, R, Name);
  }

private:
  GlobalValue *declare(const GlobalValue &GV, const orcast_ref &R, const std::string &Name) {
    auto Linkage = R.kind == ORCAST_WEAK_NAME ? GlobalValue::ExternalWeakLinkage : GlobalValue::ExternalLinkage;
    GlobalValue *D;
    if (auto *FT = dyn_cast<FunctionType>(GV.getValueType())) {
      auto *F = Function::Create(FT, Linkage, GV.getAddressSpace(), Name, &Unit);
      if (auto *Old = dyn_cast<Function>(&GV)) {
        F->setCallingConv(Old->getCallingConv());
        F->setAttributes(Old->getAttributes());
      }
      D = F;
    } else {
      auto *Old = dyn_cast<GlobalVariable>(&GV);
      // The local models need an offset known when linking; ours is known to libc only.
      auto Model = GV.isThreadLocal() ? GlobalValue::GeneralDynamicTLSModel : GlobalValue::NotThreadLocal;
      auto *New = new GlobalVariable(Unit, GV.getValueType(), Old && Old->isConstant(), Linkage, nullptr, Name, nullptr,
                                     Model, GV.getAddressSpace());
      if (Old)
        New->setAlignment(Old->getAlign()); // else code relies on that of the type, which the variable may not have
      D = New;
    }
    D->setDSOLocal(R.near && !GV.isThreadLocal());
    D->setUnnamedAddr(GV.getUnnamedAddr());
    return D;
  }
};

const RemapFlags Flags = RF_NoModuleLevelChanges | RF_IgnoreMissingLocals;

// Flags that promise how the module is linked natively. Ours is linked as a part of a shared library would be.
bool isAboutLinking(const MDNode &Flag) {
  auto *Name = Flag.getNumOperands() == 3 ? dyn_cast_or_null<MDString>(Flag.getOperand(1)) : nullptr;
  return Name && (Name->getString() == "PIE Level" || Name->getString() == "direct-access-external-data");
}

std::unique_ptr<llvm::Module> newUnit(orcast_worker &W, const LoadedModule &L) {
  auto Unit = std::make_unique<llvm::Module>("unit", W.Context);
  Unit->setTargetTriple(W.Target->getTargetTriple());
  Unit->setDataLayout(L.IR->getDataLayoutStr().empty() ? W.Target->createDataLayout() : L.IR->getDataLayout());
  if (NamedMDNode *Old = L.IR->getModuleFlagsMetadata()) {
    NamedMDNode *New = Unit->getOrInsertModuleFlagsMetadata();
    for (MDNode *N : Old->operands())
      if (!isAboutLinking(*N))
        New->addOperand(N);
  }
  return Unit;
}

// Some passes keep tables as large as their largest function needed, and clear them for every other one.
constexpr unsigned LargeUnit = 1000;

Error generate(orcast_worker &W, llvm::Module &Unit, orcast_object **Out) {
  std::string Broken;
  raw_string_ostream OS(Broken);
  if (verifyModule(Unit, &OS))
    return fail("broken IR: " + Broken);
  W.Bytes.clear();
  W.Diags->Errors.clear();
  if (!W.Passes) {
    W.Passes = std::make_unique<legacy::PassManager>();
    if (W.Target->addPassesToEmitFile(*W.Passes, W.Stream, nullptr, CodeGenFileType::ObjectFile,
                                      /*DisableVerify=*/true))
      return fail("the target cannot write objects");
  }
  W.Passes->run(Unit);
  if (Unit.getInstructionCount() > LargeUnit)
    W.Passes.reset();
  if (!W.Diags->Errors.empty())
    return fail(W.Diags->Errors);
  *Out = new orcast_object{MemoryBuffer::getMemBufferCopy(StringRef(W.Bytes.data(), W.Bytes.size()), "unit")};
  return Error::success();
}

// Calls Visit for every function of which C takes a block's address.
void forBlockAddresses(const Constant *C, function_ref<void(Function *)> Visit) {
  if (auto *BA = dyn_cast<BlockAddress>(C))
    return Visit(BA->getFunction());
  if (isa<GlobalValue>(C) || isa<ConstantData>(C))
    return;
  for (const Use &U : C->operands())
    if (auto *Op = dyn_cast<Constant>(U))
      forBlockAddresses(Op, Visit);
}

// Finds functions that have to be in one object with F: those whose blocks F names or whose frames it looks into, and
// those that do so with F's.
void findTies(Function &F, DenseSet<Function *> &Ties) {
  auto Tie = [&](Function *Other) {
    if (Other)
      Ties.insert(Other);
  };
  for (BasicBlock &B : F) {
    for (Instruction &I : B)
      for (Use &U : I.operands())
        if (auto *C = dyn_cast<Constant>(U); C && !isa<ConstantData>(C) && !isa<GlobalValue>(C))
          forBlockAddresses(C, Tie);
    if (BlockAddress *BA = B.hasAddressTaken() ? BlockAddress::lookup(&B) : nullptr)
      for (User *U : BA->users())
        if (auto *I = dyn_cast<Instruction>(U))
          Tie(I->getFunction());
  }
  forRecoveries(*F.getParent(), [&](CallInst &Call, Function &Of) {
    if (Call.getFunction() == &F)
      Tie(&Of);
    else if (&Of == &F)
      Tie(Call.getFunction());
  });
}

// Puts numbers for llvm.objectsize in the unit's functions while their module still shows what size its variables have:
// where code is generated they are declarations.
void lowerObjectSizes(llvm::Module &M, const DenseSet<Function *> &InUnit, const Triple &Target) {
  Type *Pointer = PointerType::getUnqual(M.getContext());
  for (Type *Size : {Type::getInt32Ty(M.getContext()), Type::getInt64Ty(M.getContext())}) {
    Function *Intrinsic = Intrinsic::getDeclarationIfExists(&M, Intrinsic::objectsize, {Size, Pointer});
    if (!Intrinsic || Intrinsic->use_empty())
      continue;
    TargetLibraryInfoImpl Library(Target);
    for (User *U : make_early_inc_range(Intrinsic->users())) {
      auto *Call = dyn_cast<IntrinsicInst>(U);
      if (!Call || !InUnit.contains(Call->getFunction()))
        continue;
      TargetLibraryInfo Info(Library, Call->getFunction());
      Call->replaceAllUsesWith(lowerObjectSizeCall(Call, M.getDataLayout(), &Info, /*MustSucceed=*/true));
      Call->eraseFromParent();
    }
  }
}

// The alignment of what is linked in one go.
constexpr uint64_t Granule = 64;

// Moves F's body, without copying an instruction, into a function of the unit. References to the module's
// values still have to be mapped.
Function *moveBody(Function &F, llvm::Module &Unit, uint32_t Place, bool Fixed) {
  auto *New = Function::Create(F.getFunctionType(), GlobalValue::ExternalLinkage, F.getAddressSpace(),
                               symbolName("ob.", Place), &Unit);
  New->copyAttributesFrom(&F);
  New->setVisibility(GlobalValue::DefaultVisibility);
  New->setDLLStorageClass(GlobalValue::DefaultStorageClass);
  New->setDSOLocal(true);
  // What the program sees is its stub, which has the alignment.
  if (!Fixed && New->getAlign().valueOrOne() > Align(Granule))
    New->setAlignment(Align(Granule));
  if (!Fixed) // else the program may see the bounds of its section
    New->setSection("");
  New->setPartition("");
  for (unsigned Kind : {LLVMContext::MD_kcfi_type, LLVMContext::MD_func_sanitize}) // what to put before the code
    New->setMetadata(Kind, F.getMetadata(Kind));
  New->stealArgumentListFrom(F);
  New->splice(New->begin(), &F);
  return New;
}

// Defines a variable of the unit in place of the module's; its initialiser has still to be mapped. A variable of no
// size becomes a byte, as objects give no address to nothing.
GlobalVariable *defineVariable(GlobalVariable &Old, llvm::Module &Unit, const std::string &Name,
                               const LoadedModule &L) {
  bool Empty = L.IR->getDataLayout().getTypeAllocSize(Old.getValueType()).isZero();
  Type *T = Empty ? Type::getInt8Ty(Old.getContext()) : Old.getValueType();
  auto *New = new GlobalVariable(Unit, T, Old.isConstant(), GlobalValue::ExternalLinkage,
                                 Empty ? Constant::getNullValue(T) : nullptr, Name, nullptr,
                                 GlobalValue::NotThreadLocal, Old.getAddressSpace());
  New->setAlignment(Old.getAlign() ? *Old.getAlign() : L.IR->getDataLayout().getPreferredAlign(&Old));
  if (Old.getSection() != "llvm.metadata")
    New->setSection(Old.getSection());
  New->setDSOLocal(true);
  New->setExternallyInitialized(Old.isExternallyInitialized());
  return New;
}

// Loads a module with these bodies in it: anew, if some of them were compiled before.
Error loadBodies(orcast_worker &W, const orcast_module &M, ArrayRef<uint32_t> Functions, LoadedModule *&Out) {
  if (Error E = load(W, M, Out))
    return E;
  if (none_of(Functions, [&](uint32_t I) { return Out->Moved.contains(I); }))
    return Error::success();
  W.Modules.erase(M.number);
  return load(W, M, Out);
}

Error compileUnit(orcast_worker &W, const orcast_module &M, ArrayRef<uint32_t> Functions, ArrayRef<uint32_t> Globals,
                  orcast_object **Out, std::vector<uint32_t> &Missing) {
  LoadedModule *L;
  if (Error E = loadBodies(W, M, Functions, L))
    return E;
  DenseSet<Function *> InUnit, Ties;
  for (uint32_t I : Functions) {
    auto *F = cast<Function>(L->Values[M.nglobals + I]);
    if (Error E = F->materialize()) {
      W.Modules.erase(M.number); // the reader stopped halfway: what it reads next would be wrong
      return E;
    }
    if (F->empty())
      return fail("function has no body");
    InUnit.insert(F);
    findTies(*F, Ties);
  }
  for (Function *F : Ties)
    if (!InUnit.contains(F))
      Missing.push_back(L->Index.lookup(F) - M.nglobals);
  if (!Missing.empty())
    return Error::success();
  lowerObjectSizes(*L->IR, InUnit, W.Target->getTargetTriple());

  auto Unit = newUnit(W, *L);
  std::vector<Function *> Moved;
  for (uint32_t I : Functions) {
    L->Moved.insert(I);
    uint32_t Place = M.nglobals + I;
    Moved.push_back(moveBody(*cast<Function>(L->Values[Place]), *Unit, Place, M.refs[Place].fixed));
  }
  forRecoveries(*L->IR, [&](CallInst &Call, Function &Of) {
    if (Call.getModule() == Unit.get())
      Call.setArgOperand(0, Unit->getFunction(symbolName("ob.", L->Index.lookup(&Of))));
  });
  Declarer D(*Unit, *L, M);
  ValueToValueMapTy Map;
  for (Function *F : Moved)
    RemapFunction(*F, Map, Flags, nullptr, &D);
  for (uint32_t I : Globals) {
    auto *Old = cast<GlobalVariable>(L->Values[I]);
    auto *New = defineVariable(*Old, *Unit, symbolName("od.", I), *L);
    ValueToValueMapTy Fresh;
    if (!New->hasInitializer())
      New->setInitializer(MapValue(Old->getInitializer(), Fresh, Flags, nullptr, &D));
  }
  return generate(W, *Unit, Out);
}

// An address without the aliases in it: an alias of an alias becomes one of a variable.
Constant *withoutAliases(Constant *C) {
  if (auto *A = dyn_cast<GlobalAlias>(C))
    return withoutAliases(A->getAliasee());
  auto *E = dyn_cast<ConstantExpr>(C);
  if (!E)
    return C;
  SmallVector<Constant *> Operands;
  for (const Use &U : E->operands())
    Operands.push_back(withoutAliases(cast<Constant>(U)));
  return E->getWithOperands(Operands);
}

Error compileData(orcast_worker &W, const orcast_module &M, ArrayRef<uint32_t> Without, orcast_object **Out) {
  LoadedModule *L;
  if (Error E = load(W, M, L))
    return E;
  auto Unit = newUnit(W, *L);
  Unit->setModuleInlineAsm(L->IR->getModuleInlineAsm());
  // Where assembly computes with a name it has to be one of the object's.
  StringRef Asm = L->IR->getModuleInlineAsm();
  auto NameForAsm = [&](const GlobalValue &Old, GlobalValue &New, const orcast_ref &R) {
    if (R.number == R.self && Old.hasName() && Asm.contains(Old.getName()))
      GlobalAlias::create(New.getValueType(), New.getAddressSpace(), GlobalValue::ExternalLinkage, Old.getName(), &New,
                          Unit.get());
  };
  Declarer D(*Unit, *L, M);
  // What uses of variables become.
  ValueToValueMapTy Map;
  // What aliases stand for: the module's own definitions, whether the program uses these or not.
  ValueToValueMapTy Bases;
  DenseSet<uint32_t> Skip(Without.begin(), Without.end());
  std::vector<std::pair<GlobalVariable *, const Constant *>> Pending;
  for (uint32_t I = 0; I < M.nglobals; I++) {
    auto *Old = cast<GlobalVariable>(L->Values[I]);
    if (!M.refs[I].defines || Skip.contains(I) || !Old->hasInitializer())
      continue;
    bool TLS = Old->isThreadLocal();
    auto *New = defineVariable(*Old, *Unit, symbolName(TLS ? "ot." : "od.", I), *L);
    if (!TLS && M.refs[I].number == M.refs[I].self)
      Map[Old] = New;
    Bases[Old] = New;
    Pending.push_back({New, Old->getInitializer()});
    if (!TLS)
      NameForAsm(*Old, *New, M.refs[I]);
  }
  for (uint32_t I = M.nglobals + M.nfunctions; I < M.nglobals + M.nfunctions + M.naliases; I++) {
    auto *Old = cast<GlobalAlias>(L->Values[I]);
    if (!M.refs[I].defines || isa<FunctionType>(Old->getValueType()))
      continue;
    auto *Base = dyn_cast_or_null<GlobalVariable>(Old->getAliaseeObject());
    bool TLS = Base && Base->isThreadLocal();
    auto *New = GlobalAlias::create(Old->getValueType(), Old->getAddressSpace(), GlobalValue::ExternalLinkage,
                                    symbolName(TLS ? "ot." : "od.", I),
                                    MapValue(withoutAliases(Old->getAliasee()), Bases, Flags, nullptr, &D), Unit.get());
    if (!TLS)
      NameForAsm(*Old, *New, M.refs[I]);
  }
  for (auto &[New, Initializer] : Pending)
    if (!New->hasInitializer())
      New->setInitializer(MapValue(Initializer, Map, Flags, nullptr, &D));
  return generate(W, *Unit, Out);
}

} // namespace

extern "C" {

const char *orcast_llvm_version(void) { return LLVM_VERSION_STRING; }

char *orcast_parse_ir(const char *Name, const void *Text, size_t Size, void **Out, size_t *OutSize) {
  bool Crashed;
  return orcast_guarded(
      [&]() -> Error {
        LLVMContext Context;
        SMDiagnostic Diagnostic;
        auto Buffer = MemoryBuffer::getMemBufferCopy(StringRef((const char *)Text, Size), Name);
        auto IR = parseIR(Buffer->getMemBufferRef(), Diagnostic, Context);
        if (!IR) {
          std::string Line = Diagnostic.getLineNo() > 0 ? ":" + std::to_string(Diagnostic.getLineNo()) : "";
          return fail(Name + Line + ": " + Diagnostic.getMessage());
        }
        SmallVector<char, 0> Bytes;
        raw_svector_ostream Stream(Bytes);
        WriteBitcodeToFile(*IR, Stream);
        *OutSize = Bytes.size();
        *Out = malloc(Bytes.size());
        memcpy(*Out, Bytes.data(), Bytes.size());
        return Error::success();
      },
      &Crashed);
}

orcast_worker *orcast_worker_new(int Opt) {
  initialize();
  auto *W = new orcast_worker;
  auto Handler = std::make_unique<Diagnostics>();
  W->Diags = Handler.get();
  W->Context.setDiagnosticHandler(std::move(Handler));
  Triple TT("x86_64-pc-linux-gnu");
  std::string Unknown;
  const Target *T = TargetRegistry::lookupTarget(TT, Unknown);
  static const CodeGenOptLevel Levels[] = {CodeGenOptLevel::None, CodeGenOptLevel::Less, CodeGenOptLevel::Default,
                                           CodeGenOptLevel::Aggressive};
  // The processor is the baseline: functions carry what more they may use as attributes, so that results
  // are those of the native program.
  W->Target.reset(T->createTargetMachine(TT, "x86-64", "", TargetOptions(), Reloc::PIC_, std::nullopt, Levels[Opt & 3],
                                         /*JIT=*/false));
  return W;
}

void orcast_worker_free(orcast_worker *W) {
  // After a crash the context's invariants are gone, and with them the right to run its destructor.
  if (!W->Crashed)
    delete W;
}

int orcast_worker_crashed(const orcast_worker *W) { return W->Crashed; }

char *orcast_compile(orcast_worker *W, const orcast_module *M, const uint32_t *Functions, uint32_t NFunctions,
                     const uint32_t *Globals, uint32_t NGlobals, orcast_object **Object, uint32_t **Tied,
                     uint32_t *NTied) {
  std::vector<uint32_t> Missing;
  *Object = nullptr;
  char *Message = orcast_guarded(
      [&] {
        return compileUnit(*W, *M, ArrayRef(Functions, NFunctions), ArrayRef(Globals, NGlobals), Object, Missing);
      },
      &W->Crashed);
  *NTied = Missing.size();
  *Tied = nullptr;
  if (!Missing.empty()) {
    *Tied = (uint32_t *)malloc(Missing.size() * sizeof(uint32_t));
    memcpy(*Tied, Missing.data(), Missing.size() * sizeof(uint32_t));
  }
  return Message;
}

char *orcast_compile_data(orcast_worker *W, const orcast_module *M, const uint32_t *Without, uint32_t NWithout,
                          orcast_object **Object) {
  *Object = nullptr;
  return orcast_guarded([&] { return compileData(*W, *M, ArrayRef(Without, NWithout), Object); }, &W->Crashed);
}

} // extern "C"
