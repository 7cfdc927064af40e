// The linker: JITLink with a context of our own. Every reference that leaves an object goes to something whose
// address is known already, or is known once all objects of one call are placed, so there is no need
// for ExecutionSession's dependence tracking, nor for its lock.

#include "version.h"

#include "guard.h"
#include "object.h"
#include "passes.h"
#include "shim.h"

#include "llvm/ExecutionEngine/JITLink/JITLink.h"
#include "llvm/ExecutionEngine/JITLink/JITLinkMemoryManager.h"
#include "llvm/ExecutionEngine/Orc/SymbolStringPool.h"

#include <atomic>
#include <map>
#include <optional>
#include <set>
#include <sys/mman.h>

using namespace llvm;
using namespace llvm::jitlink;
using llvm::orc::ExecutorAddr;

// Exported by callback.go. lookup: 1 found, 0 not. keeps: whether the native object's weak definition counts.
extern "C" {
int orcastGoLookup(uintptr_t handle, uint32_t module, int native, char *name, size_t length, uint64_t *address);
void orcastGoDefine(uintptr_t handle, uint32_t module, int native, char *name, size_t length, uint64_t address);
int orcastGoKeeps(uintptr_t handle, uint32_t module, char *name, size_t length);
void orcastGoStructors(uintptr_t handle, uint32_t module, int native, char *section, size_t length, uint64_t address,
                       uint64_t size);
void orcastGoCode(uintptr_t handle, uint64_t address, uint64_t size, uint64_t eh_frame, uint64_t eh_frame_size);
}

namespace {

constexpr uint64_t PageSize = 4096, Granule = 64;

// Stands behind code that ends without a jump, as unreachable code does: int3.
constexpr int Trap = 0xcc;

// Stands before names that JITLink is not to understand.
constexpr StringLiteral HiddenName = "\1";

struct Zone {
  uint64_t Target = 0, Size = 0;
  char *Working = nullptr;
  std::atomic<uint64_t> Used{0};
  std::atomic<uint64_t> Ready{0}; // what has its pages already
};

// Space for a named section; used by one link call at a time.
struct Reservation {
  uint64_t Target, Size, Used;
  char *Working;
  bool Code;
};

} // namespace

struct orcast_linker {
  Zone Zones[ORCAST_LINK_ZONES];
  uint64_t *Addresses;
  orcast_place *Places;
  uint32_t NSymbols;
  uintptr_t Handle;
  uint64_t TLSDistance = 0;
  std::map<std::string, Reservation> Reserved;
};

namespace {

Error fail(const Twine &Message) { return createStringError(inconvertibleErrorCode(), Message); }

// Whether a name such as "oc.12" is one of the objects of modules; see shim.h.
bool isPlace(StringRef Name, StringRef Prefix, uint32_t &Place) {
  return Name.consume_front(Prefix) && !Name.getAsInteger(10, Place);
}

// What a place of the object's module, or of the version of it that the object was made of, means to the program; NULL
// if it is gone.
const orcast_ref *refAt(const orcast_link_item &In, uint32_t Place, const uint32_t *Edited) {
  const orcast_module &M = *In.module;
  if (In.edited)
    Place = Place < In.edited->nvalues ? Edited[Place] : ORCAST_GONE;
  return Place < M.nglobals + M.nfunctions + M.naliases + M.nifuncs ? &M.refs[Place] : nullptr;
}

struct Pending {
  JITLinkContext::LookupMap Symbols;
  std::unique_ptr<JITLinkAsyncLookupContinuation> Continue;
};

uint32_t number(const orcast_link_item &In) { return In.module ? In.module->number : In.native; }

// Addresses of symbols by their number.
using AddressMap = std::map<uint32_t, uint64_t>;

// One object on its way. While the program runs, other threads link too: what an object defines has its address for all
// when its contents are complete, and until then for this call only.
struct Item {
  orcast_linker &L;
  AddressMap &Own;
  const orcast_link_item &In;
  orcast_linked &Out;
  std::string Failure;
  std::set<std::string> Missing;
  std::optional<Pending> Waiting;
};

// Sees to it that what is taken up to End has its pages. Taking many at once, a part more than asked for, costs much
// less than a page fault for each.
void makeReady(Zone &Z, uint64_t End) {
  const uint64_t Least = 64 << 10, Most = 1 << 20;
  for (uint64_t Ready = Z.Ready.load(); Z.Working && Ready < End;) {
    uint64_t To = std::min(alignTo(End, PageSize) + std::clamp(Ready, Least, Most), Z.Size);
    if (Z.Ready.compare_exchange_weak(Ready, To)) {
      madvise(Z.Working + Ready, To - Ready, MADV_POPULATE_WRITE); // kernels before 5.14 do without
      return;
    }
  }
}

// Takes space without making it ready.
Expected<uint64_t> take(Zone &Z, uint64_t Size, uint64_t Align) {
  uint64_t Old = Z.Used.load(), Start;
  do {
    Start = alignTo(Z.Target + Old, Align) - Z.Target;
    if (Start + Size > Z.Size)
      return fail("no room: " + Twine(Z.Size >> 20) + " MB of this kind of memory are used up");
  } while (!Z.Used.compare_exchange_weak(Old, Start + Size));
  return Start;
}

orcast_link_zone zoneOf(const Section &S, const Block &B) {
  auto Prot = S.getMemProt();
  if ((Prot & orc::MemProt::Exec) != orc::MemProt::None)
    return ORCAST_LINK_CODE;
  // Written by relocation only, which is over before the program can see it.
  bool Relocated = S.getName().starts_with(".data.rel.ro") || S.getName().contains("DW.ref.");
  if ((Prot & orc::MemProt::Write) == orc::MemProt::None || Relocated)
    return ORCAST_LINK_RO;
  return B.isZeroFill() ? ORCAST_LINK_ZERO : ORCAST_LINK_DATA;
}

// A section's blocks as they stood in the object. The graph keeps them in no order, but some sections are read in
// sequence: unwinding tables with their terminator, arrays of constructors, variables of named sections.
std::vector<Block *> inOrder(Section &S) {
  std::vector<Block *> Blocks(S.blocks().begin(), S.blocks().end());
  llvm::sort(Blocks, [](const Block *A, const Block *B) {
    return std::make_pair(A->getAddress(), A->getSize()) < std::make_pair(B->getAddress(), B->getSize());
  });
  return Blocks;
}

class Memory final : public JITLinkMemoryManager {
  Item &I;

  class InFlight final : public InFlightAlloc {
    void abandon(OnAbandonedFunction F) override { F(Error::success()); }
    void finalize(OnFinalizedFunction F) override { F(FinalizedAlloc(ExecutorAddr(1))); }
  };

public:
  Memory(Item &I) : I(I) {}

  void allocate(const JITLinkDylib *, LinkGraph &G, OnAllocatedFunction Done) override {
    if (Error E = place(G))
      return Done(std::move(E));
    Done(std::make_unique<InFlight>());
  }
  void deallocate(std::vector<FinalizedAlloc> Allocs, OnDeallocatedFunction Done) override {
    for (auto &A : Allocs)
      A.release();
    Done(Error::success());
  }

private:
  void put(Block &B, uint64_t Target, char *Working) {
    B.setAddress(ExecutorAddr(Target));
    if (B.isZeroFill()) {
      if (Working)
        memset(Working, 0, B.getSize());
      return;
    }
    memcpy(Working, B.getContent().data(), B.getSize());
    B.setMutableContent({Working, (size_t)B.getSize()});
  }

  Error placeReserved(Section &S, Reservation &R) {
    if (I.In.late)
      return fail("inline assembly adds to the section " + S.getName() +
                  ", whose bounds the program may have read already; that is not supported");
    if (R.Code)
      R.Used = alignTo(R.Used, Granule); // of unwinding tables
    for (Block *B : inOrder(S)) {
      uint64_t At = alignToBlock(R.Target + R.Used, *B) - R.Target;
      if (At + B->getSize() > R.Size)
        return fail("section " + S.getName() + " is larger than expected");
      put(*B, R.Target + At, R.Working + At);
      R.Used = At + B->getSize();
    }
    return Error::success();
  }

  // Lays the graph's blocks out zone by zone, and takes the space of each zone in one step.
  Error place(LinkGraph &G) {
    std::vector<std::pair<Block *, uint64_t>> Blocks[ORCAST_LINK_ZONES];
    uint64_t Size[ORCAST_LINK_ZONES] = {}, Align[ORCAST_LINK_ZONES] = {Granule, 16, 16, 16};
    for (Section &S : G.sections()) {
      if (S.getMemLifetime() == orc::MemLifetime::NoAlloc)
        continue;
      if (auto R = I.L.Reserved.find(S.getName().str()); R != I.L.Reserved.end()) {
        if (Error E = placeReserved(S, R->second))
          return E;
        continue;
      }
      for (Block *B : inOrder(S)) {
        auto Z = zoneOf(S, *B);
        uint64_t At = alignToBlock(Size[Z], *B);
        Align[Z] = std::max(Align[Z], B->getAlignment());
        Blocks[Z].push_back({B, At});
        Size[Z] = At + B->getSize();
      }
    }
    if (!Blocks[ORCAST_LINK_CODE].empty()) // a function without an instruction has an address, too
      Size[ORCAST_LINK_CODE] = alignTo(std::max<uint64_t>(Size[ORCAST_LINK_CODE], 1), Granule);
    // A page which the program has written to no longer shows what we write: late data needs pages of its own.
    if (I.In.late && Size[ORCAST_LINK_DATA]) {
      Align[ORCAST_LINK_DATA] = std::max(Align[ORCAST_LINK_DATA], PageSize);
      Size[ORCAST_LINK_DATA] = alignTo(Size[ORCAST_LINK_DATA], PageSize);
    }
    for (int Z = 0; Z < ORCAST_LINK_ZONES; Z++) {
      if (!Size[Z])
        continue;
      auto Start = take(I.L.Zones[Z], Size[Z], Align[Z]);
      if (!Start)
        return Start.takeError();
      makeReady(I.L.Zones[Z], *Start + Size[Z]);
      for (auto &[B, At] : Blocks[Z])
        put(*B, I.L.Zones[Z].Target + *Start + At, I.L.Zones[Z].Working ? I.L.Zones[Z].Working + *Start + At : nullptr);
      if (Z == ORCAST_LINK_CODE) {
        auto &[Last, At] = Blocks[Z].back();
        uint64_t End = At + Last->getSize();
        memset(I.L.Zones[Z].Working + *Start + End, Trap, Size[Z] - End);
        I.Out.code = I.L.Zones[Z].Target + *Start;
        I.Out.code_size = Size[Z];
      }
    }
    return Error::success();
  }
};

// Called on the thread that links, by JITLink, in this order: allocate, notifyResolved, lookup,
// (continuation) notifyFinalized; or notifyFailed. The item outlives it.
class Context final : public JITLinkContext {
  Item &I;
  Memory Manager;

public:
  Context(Item &I) : JITLinkContext(nullptr), I(I), Manager(I) {}

  JITLinkMemoryManager &getMemoryManager() override { return Manager; }
  void notifyFailed(Error E) override { I.Failure = toString(std::move(E)); }
  void notifyFinalized(JITLinkMemoryManager::FinalizedAlloc A) override { A.release(); }

  void lookup(const LookupMap &Symbols, std::unique_ptr<JITLinkAsyncLookupContinuation> Continue) override {
    I.Waiting = Pending{Symbols, std::move(Continue)};
  }

  Error notifyResolved(LinkGraph &G) override {
    for (Symbol *S : G.defined_symbols()) {
      if (!S->hasName())
        continue;
      StringRef Name = *S->getName();
      uint32_t Place;
      if (I.In.module && isPlace(Name, "od.", Place)) {
        if (auto *R = defined(Place)) {
          if (I.In.late)
            I.Own[R->self] = S->getAddress().getValue();
          else
            __atomic_store_n(&I.L.Addresses[R->self], S->getAddress().getValue(), __ATOMIC_RELEASE);
        }
      } else if (I.In.module && (isPlace(Name, "ob.", Place) || isPlace(Name, "ot.", Place))) {
        if (auto *R = defined(Place))
          place(*R, *S);
      } else if (S->getScope() != Scope::Local || I.In.module) {
        orcast_unguarded Go;
        orcastGoDefine(I.L.Handle, number(I.In), !I.In.module, const_cast<char *>(Name.data()), Name.size(),
                       S->getAddress().getValue());
      }
    }
    return Error::success();
  }

  Error modifyPassConfig(LinkGraph &G, PassConfiguration &Config) override {
    Config.PrePrunePasses.push_back([this](LinkGraph &G) {
      keepStructors(G);
      hideBounds(G);
      awaitTLS(G);
      return I.In.module ? Error::success() : dropLosers(G);
    });
    Config.PreFixupPasses.clear(); // JITLink's only one is what orcast_relax stands for
    Config.PreFixupPasses.push_back([this](LinkGraph &G) {
      addTLSDistance(G);
      return orcast_relax(G);
    });
    Config.PostFixupPasses.push_back([this](LinkGraph &G) {
      noteTables(G);
      return Error::success();
    });
    return Error::success();
  }

private:
  const orcast_ref *defined(uint32_t Place) {
    return refAt(I.In, Place, I.In.edited ? I.In.edited->definitions : nullptr);
  }

  // Notes where a body or a thread-local variable's image is. If nothing else stands for a function, its body does.
  void place(const orcast_ref &R, const Symbol &S) {
    uint64_t At = S.getAddress().getValue(), Unset = 0;
    I.L.Places[R.self] = {At, S.getSize(), S.getBlock().getAlignment()};
    __atomic_compare_exchange_n(&I.L.Addresses[R.self], &Unset, At, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
  }

  static bool isStructors(const Section &S) {
    StringRef Name = S.getName();
    return Name.starts_with(".init_array") || Name.starts_with(".fini_array") || Name.starts_with(".preinit_array");
  }

  // Nothing names these arrays, so they would be dropped as dead.
  void keepStructors(LinkGraph &G) {
    for (Section &S : G.sections())
      if (isStructors(S))
        for (Block *B : S.blocks())
          G.addAnonymousSymbol(*B, 0, B->getSize(), false, /*IsLive=*/true);
  }

  // JITLink would take a section's bounds for those of what this graph has of it.
  void hideBounds(LinkGraph &G) {
    DenseMap<Symbol *, Symbol *> Hidden;
    for (Symbol *S : G.external_symbols()) {
      StringRef Section = *S->getName();
      if ((Section.consume_front("__start_") || Section.consume_front("__stop_")) && I.L.Reserved.count(Section.str()))
        Hidden[S] = nullptr;
    }
    for (auto &[Bound, New] : Hidden)
      New = &G.addExternalSymbol((HiddenName + *Bound->getName()).str(), 0, false);
    if (!Hidden.empty())
      for (Block *B : G.blocks())
        for (Edge &E : B->edges())
          if (Symbol *New = Hidden.lookup(&E.getTarget()))
            E.setTarget(*New);
  }

  // Offsets from the thread pointer are known when the first name is looked up, so there has to be one.
  void awaitTLS(LinkGraph &G) {
    Section *TLS = G.findSectionByName(ORCAST_TLS_SECTION);
    if (!TLS || TLS->blocks().empty())
      return;
    Symbol &Name = G.addExternalSymbol(ORCAST_TLS_SECTION, 0, /*IsWeaklyReferenced=*/true);
    (*TLS->blocks().begin())->addEdge(Edge::KeepAlive, 0, Name, 0);
  }

  // Weak definitions of a native object that another definition beats become references to that one.
  Error dropLosers(LinkGraph &G) {
    std::vector<Symbol *> Losers;
    orcast_unguarded Go;
    for (Symbol *S : G.defined_symbols())
      if (S->hasName() && S->getLinkage() == Linkage::Weak && S->getScope() != Scope::Local &&
          !orcastGoKeeps(I.L.Handle, I.In.native, const_cast<char *>((*S->getName()).data()), (*S->getName()).size()))
        Losers.push_back(S);
    for (Symbol *S : Losers)
      G.makeExternal(*S);
    return Error::success();
  }

  void addTLSDistance(LinkGraph &G) {
    Section *TLS = G.findSectionByName(ORCAST_TLS_SECTION);
    if (!TLS)
      return;
    for (Block *B : G.blocks())
      for (Edge &E : B->edges())
        if (E.getTarget().isDefined() && &E.getTarget().getSection() == TLS)
          E.setAddend(E.getAddend() + I.L.TLSDistance);
  }

  void noteTables(LinkGraph &G) {
    for (Section &S : G.sections()) {
      SectionRange R(S);
      if (R.empty())
        continue;
      if (S.getName() == ".eh_frame") {
        I.Out.eh_frame = R.getStart().getValue();
        I.Out.eh_frame_size = R.getSize();
      } else if (isStructors(S)) {
        orcast_unguarded Go;
        orcastGoStructors(I.L.Handle, number(I.In), !I.In.module, const_cast<char *>(S.getName().data()),
                          S.getName().size(), R.getStart().getValue(), R.getSize());
      }
    }
    for (Section &S : G.sections()) {
      auto R = I.L.Reserved.find(S.getName().str());
      SectionRange Code(S);
      if (R == I.L.Reserved.end() || !R->second.Code || Code.empty())
        continue;
      orcast_unguarded Go;
      orcastGoCode(I.L.Handle, Code.getStart().getValue(), Code.getSize(), I.Out.eh_frame, I.Out.eh_frame_size);
    }
  }
};

// Finds what a name stands for. Missing is how to call it in a message.
bool find(Item &I, StringRef Name, uint64_t &Address, std::string &Missing) {
  uint32_t Place;
  Name.consume_front(HiddenName);
  Missing = Name.str();
  if (I.In.module && isPlace(Name, "oc.", Place)) {
    const orcast_ref *R = refAt(I.In, Place, I.In.edited ? I.In.edited->uses : nullptr);
    if (!R)
      return false;
    Missing = "oc." + std::to_string(R->number);
    if (auto Own = I.Own.find(R->number); Own != I.Own.end()) {
      Address = Own->second;
      return true;
    }
    Address = __atomic_load_n(&I.L.Addresses[R->number], __ATOMIC_ACQUIRE);
    return Address != 0;
  }
  orcast_unguarded Go;
  return orcastGoLookup(I.L.Handle, number(I.In), !I.In.module, const_cast<char *>(Name.data()), Name.size(), &Address);
}

// Whether a name that was not found is that of something gone.
bool isGone(Item &I, StringRef Name) {
  uint32_t Place;
  return I.In.gone && (!isPlace(Name, "oc.", Place) || !refAt(I.In, Place, I.In.edited ? I.In.edited->uses : nullptr));
}

// All objects of the call have addresses: finish this one.
void resume(Item &I) {
  if (!I.Waiting)
    return;
  Pending P = std::move(*I.Waiting);
  I.Waiting.reset();
  AsyncLookupResult Result;
  for (auto &[Name, Required] : P.Symbols) {
    uint64_t Address = 0;
    std::string Missing;
    if (find(I, *Name, Address, Missing))
      Result[Name] = {ExecutorAddr(Address), JITSymbolFlags::Exported};
    else if (isGone(I, *Name))
      Result[Name] = {ExecutorAddr(I.In.gone), JITSymbolFlags::Exported};
    else if (Required == SymbolLookupFlags::RequiredSymbol)
      I.Missing.insert(Missing);
    else
      Result[Name] = {ExecutorAddr(), JITSymbolFlags::Exported};
  }
  if (!I.Missing.empty())
    P.Continue->run(fail("undefined symbols"));
  else
    P.Continue->run(std::move(Result));
}

Error linkAll(orcast_linker &L, ArrayRef<orcast_link_item> In, MutableArrayRef<orcast_linked> Out,
              std::string &Missing) {
  auto Pool = std::make_shared<orc::SymbolStringPool>();
  std::vector<std::unique_ptr<Item>> Items;
  AddressMap Own;
  for (size_t K = 0; K < In.size(); K++) {
    Items.push_back(std::make_unique<Item>(Item{L, Own, In[K], Out[K], {}, {}, {}}));
    auto G = createLinkGraphFromObject(In[K].object->Bytes->getMemBufferRef(), Pool);
    if (!G)
      return G.takeError();
    link(std::move(*G), std::make_unique<Context>(*Items.back()));
  }
  for (auto &I : Items)
    resume(*I);
  for (auto &I : Items)
    for (auto &Name : I->Missing)
      Missing += Name + "\n";
  for (auto &I : Items)
    if (!I->Failure.empty())
      return fail(I->Failure);
  for (auto &[Number, Address] : Own)
    __atomic_store_n(&L.Addresses[Number], Address, __ATOMIC_RELEASE);
  return Error::success();
}

} // namespace

extern "C" {

void orcast_object_free(orcast_object *O) { delete O; }

const void *orcast_object_data(const orcast_object *O, size_t *Size) {
  *Size = O->Bytes->getBufferSize();
  return O->Bytes->getBufferStart();
}

orcast_object *orcast_object_from_memory(const void *Data, size_t Size, const char *Name) {
  return new orcast_object{MemoryBuffer::getMemBufferCopy(StringRef((const char *)Data, Size), Name)};
}

orcast_linker *orcast_linker_new(const orcast_link_memory Zones[ORCAST_LINK_ZONES], uint64_t *Addresses,
                                 orcast_place *Places, uint32_t NSymbols, uintptr_t Handle) {
  auto *L = new orcast_linker;
  for (int Z = 0; Z < ORCAST_LINK_ZONES; Z++) {
    L->Zones[Z].Target = Zones[Z].target;
    L->Zones[Z].Size = Zones[Z].size;
    L->Zones[Z].Working = (char *)Zones[Z].working;
  }
  L->Addresses = Addresses;
  L->Places = Places;
  L->NSymbols = NSymbols;
  L->Handle = Handle;
  return L;
}

void orcast_linker_free(orcast_linker *L) { delete L; }

char *orcast_linker_take(orcast_linker *L, orcast_link_zone Zone, uint64_t Size, uint64_t Align, uint64_t *Start) {
  auto At = take(L->Zones[Zone], Size, Align);
  if (!At)
    return strdup(toString(At.takeError()).c_str());
  makeReady(L->Zones[Zone], *At + Size);
  *Start = L->Zones[Zone].Target + *At;
  return nullptr;
}

void orcast_linker_set_tls(orcast_linker *L, uint64_t Distance) { L->TLSDistance = Distance; }

char *orcast_linker_reserve(orcast_linker *L, const char *Section, uint64_t Size, int Code, uint64_t *Start) {
  Zone &Z = L->Zones[Code ? ORCAST_LINK_CODE : ORCAST_LINK_DATA];
  auto At = take(Z, Size, PageSize);
  if (!At)
    return strdup(toString(At.takeError()).c_str());
  // Most of it may stay empty: its pages come when they are written.
  makeReady(Z, *At);
  for (uint64_t Ready = Z.Ready.load(); Ready < *At + Size && !Z.Ready.compare_exchange_weak(Ready, *At + Size);)
    ;
  L->Reserved[Section] = {Z.Target + *At, Size, 0, Z.Working + *At, Code != 0};
  *Start = Z.Target + *At;
  return nullptr;
}

uint64_t orcast_linker_reserved_end(orcast_linker *L, const char *Section) {
  Reservation &R = L->Reserved[Section];
  return R.Target + R.Used;
}

char *orcast_link(orcast_linker *L, const orcast_link_item *Items, uint32_t N, orcast_linked *Linked, char **Missing) {
  std::string Names;
  *Missing = nullptr;
  memset(Linked, 0, N * sizeof *Linked);
  bool Crashed;
  char *Message = orcast_guarded(
      [&] { return linkAll(*L, ArrayRef(Items, N), MutableArrayRef(Linked, N), Names); }, &Crashed);
  if (!Names.empty())
    *Missing = strdup(Names.c_str());
  return Message;
}

} // extern "C"
