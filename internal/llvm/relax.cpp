// Relaxation: accesses by way of the global offset table (GOT) become direct ones where the target turned out to be
// near (x86-64 psABI, "Optimize GOTPCRELX Relocations"). JITLink's own pass writes wrong calls and jumps for targets
// below 4 GiB and takes the call of the thread-local sequence, which has prefixes, for a plain one.

#include "version.h"

#include "passes.h"

#include "llvm/ExecutionEngine/JITLink/x86_64.h"

using namespace llvm;
using namespace llvm::jitlink;

namespace {

bool reaches(const Block &B, const Edge &E, const Symbol &Target) {
  int64_t Distance = Target.getAddress() - (B.getAddress() + E.getOffset() + 4) + E.getAddend();
  return isInt<32>(Distance - 1) && isInt<32>(Distance + 1); // an instruction may begin or end a byte elsewhere
}

// What an entry of the GOT points to, NULL if that is not one symbol.
Symbol *pointee(Symbol &Entry) {
  if (!Entry.isDefined() || Entry.getBlock().edges_size() != 1)
    return nullptr;
  Edge &E = *Entry.getBlock().edges().begin();
  return E.getKind() == x86_64::Pointer64 && E.getAddend() == 0 ? &E.getTarget() : nullptr;
}

// The instruction that ends with the four bytes of the edge: opcode and ModRM byte stand before these.
void relaxLoad(Block &B, Edge &E, Symbol &Target) {
  if (E.getOffset() < 2 || E.getAddend() != 0)
    return;
  char *Code = B.getAlreadyMutableContent().data() + E.getOffset();
  uint8_t Opcode = Code[-2], ModRM = Code[-1];
  if (Opcode == 0x8b) { // mov target@GOT, %reg
    Code[-2] = '\x8d';  // lea target, %reg
  } else if (Opcode == 0xff && ModRM == 0x15) { // call *target@GOT
    if (E.getOffset() >= 4 && Code[-4] == 0x66 && Code[-3] == 0x48)
      return; // with prefixes that pad it, which change the meaning of a direct call
    Code[-2] = 0x67; // a prefix that means nothing to a direct call
    Code[-1] = '\xe8';
  } else if (Opcode == 0xff && ModRM == 0x25) { // jmp *target@GOT
    Code[-2] = '\xe9';
    Code[3] = '\x90'; // nop
    E.setOffset(E.getOffset() - 1);
  } else {
    return; // arithmetic on the address
  }
  E.setKind(x86_64::PCRel32);
  E.setTarget(Target);
}

} // namespace

Error orcast_relax(LinkGraph &G) {
  for (Block *B : G.blocks()) {
    for (Edge &E : B->edges()) {
      if (E.getKind() == x86_64::PCRel32GOTLoadRelaxable || E.getKind() == x86_64::PCRel32GOTLoadREXRelaxable) {
        if (Symbol *Target = pointee(E.getTarget()); Target && reaches(*B, E, *Target))
          relaxLoad(*B, E, *Target);
      } else if (E.getKind() == x86_64::BranchPCRel32ToPtrJumpStubBypassable) {
        Symbol *Target = pointee(E.getTarget().getBlock().edges().begin()->getTarget());
        if (Target && reaches(*B, E, *Target)) {
          E.setKind(x86_64::BranchPCRel32);
          E.setTarget(*Target);
        }
      }
    }
  }
  return Error::success();
}
