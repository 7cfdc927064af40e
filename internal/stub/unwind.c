// Unwinding through JIT'd code without registration: libgcc's unwinder asks _Unwind_Find_FDE for every
// frame, through the PLT, and the definition in the executable comes first. Ours answers for code in the
// region from an index that only grows, without locks, and passes everything else on.
//
// Format: DWARF call frame information as in the LSB, section 10.6 (.eh_frame), with the pointer encodings
// that LLVM and GCC write on x86-64.

#include "executor.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

struct dwarf_eh_bases {
  void *tbase, *dbase, *func;
};

enum { PE_absptr = 0x00, PE_sdata4 = 0x0b, PE_sdata8 = 0x0c, PE_pcrel = 0x10 };

static uint64_t skip_leb(const uint8_t **p) {
  uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    uint8_t b = *(*p)++;
    if (shift < 64)
      value |= (uint64_t)(b & 0x7f) << shift;
    if (!(b & 0x80))
      return value;
  }
}

// The encoding of addresses in the FDEs of a CIE: the byte that belongs to 'R' in its augmentation.
static int fde_encoding(const uint8_t *cie) {
  const char *augmentation = (const char *)cie + 9;
  const uint8_t *p = (const uint8_t *)augmentation + strlen(augmentation) + 1;
  if (augmentation[0] != 'z')
    return PE_absptr;
  skip_leb(&p); // code alignment
  skip_leb(&p); // data alignment
  skip_leb(&p); // return register
  skip_leb(&p); // length of the augmentation data
  for (const char *a = augmentation + 1; *a; a++) {
    if (*a == 'R')
      return *p;
    if (*a == 'L')
      p++;
    else if (*a == 'P')
      p += 1 + ((*p & 0x0f) == PE_sdata4 || (*p & 0x0f) == 0x03 ? 4 : 8);
  }
  return PE_absptr;
}

static int fde_covers(const uint8_t *fde, uintptr_t pc, uintptr_t *start) {
  int32_t cie_delta;
  memcpy(&cie_delta, fde + 4, 4);
  int encoding = fde_encoding(fde + 4 - cie_delta);
  const uint8_t *p = fde + 8;
  uint64_t begin, size;
  if ((encoding & 0x0f) == PE_sdata4) {
    int32_t b;
    uint32_t s;
    memcpy(&b, p, 4);
    memcpy(&s, p + 4, 4);
    begin = (uint64_t)(int64_t)b, size = s;
  } else {
    memcpy(&begin, p, 8);
    memcpy(&size, p + 8, 8);
  }
  if (encoding & PE_pcrel)
    begin += (uintptr_t)p;
  *start = begin;
  return pc >= begin && pc - begin < size;
}

static const void *find_in_unit(const struct orcast_unit *u, uintptr_t pc, struct dwarf_eh_bases *bases) {
  const uint8_t *p = (const uint8_t *)u->eh_frame, *end = p + u->eh_frame_size;
  while (p + 8 <= end) {
    uint32_t length, id;
    memcpy(&length, p, 4);
    memcpy(&id, p + 4, 4);
    if (length == 0)
      break;
    uintptr_t start;
    if (id != 0 && fde_covers(p, pc, &start)) {
      *bases = (struct dwarf_eh_bases){NULL, NULL, (void *)start};
      return p;
    }
    p += 4 + length;
  }
  return NULL;
}

const void *_Unwind_Find_FDE(void *pc_, struct dwarf_eh_bases *bases) {
  static const void *(*next)(void *, struct dwarf_eh_bases *);
  uintptr_t pc = (uintptr_t)pc_;
  struct orcast_header *h = orcast_region_of(pc);
  if (h && pc - h->base - h->zones[ORCAST_CODE].offset < h->zones[ORCAST_CODE].size) {
    uint64_t granule = (pc - h->base - h->zones[ORCAST_CODE].offset) / ORCAST_GRANULE;
    uint32_t unit = __atomic_load_n((uint32_t *)((char *)h + h->granules) + granule, __ATOMIC_ACQUIRE);
    return unit ? find_in_unit((struct orcast_unit *)((char *)h + h->units) + unit - 1, pc, bases) : NULL;
  }
  if (!next)
    next = (const void *(*)(void *, struct dwarf_eh_bases *))dlsym(RTLD_NEXT, "_Unwind_Find_FDE");
  return next ? next(pc_, bases) : NULL;
}
