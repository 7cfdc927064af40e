// The whole of LLVM that the rest of the project sees.
//
// Functions that can fail return NULL on success and else a message to be released with free(). LLVM's
// fatal errors and crashes on hostile input come back the same way; a worker that crashed must not be
// used again (orcast_worker_crashed).
#ifndef ORCAST_SHIM_H
#define ORCAST_SHIM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

const char *orcast_llvm_version(void);

// Turns textual IR (or bitcode of any module kind) into bitcode of this LLVM. *out is released with free().
char *orcast_parse_ir(const char *name, const void *text, size_t size, void **out, size_t *out_size);

// What a use of a module's global value means to the program.
enum orcast_ref_kind {
  ORCAST_BY_NAME,     // look the name up when linking
  ORCAST_WEAK_NAME,   // the same, and null if nothing has it
  ORCAST_FUNCTION,    // the program's symbol `number`: a stub, or a body
  ORCAST_DATA,        // the program's symbol `number`: a variable
  ORCAST_THREAD_LOCAL // the program's symbol `number`: a thread-local variable
};

struct orcast_ref {
  uint32_t number;
  uint8_t kind;
  uint8_t near;    // within 32-bit reach of code
  uint8_t fixed;   // the function's address is that of its body
  uint8_t defines; // the module's definition is the program's symbol `self`, which can be another one than `number`
  uint32_t self;
};

// A module as all workers see it: read-only, alive as long as any worker.
struct orcast_module {
  uint32_t number;
  const char *name;
  const void *data; // the bitcode file
  size_t size;
  uint32_t index;                // of the module in that file
  const struct orcast_ref *refs; // globals, functions, aliases, ifuncs, in the order of their records
  uint32_t nglobals, nfunctions, naliases, nifuncs;
};

// A worker compiles. It has its own LLVMContext, target machine and lazily loaded copies of modules; one thread
// at a time may use it, any number of workers may run at once.
typedef struct orcast_worker orcast_worker;
orcast_worker *orcast_worker_new(int opt);
void orcast_worker_free(orcast_worker *w);
int orcast_worker_crashed(const orcast_worker *w);

// A relocatable object in memory.
//
// Objects of a module name the module's values by their place in orcast_module::refs, so that they are the same
// whatever else the program consists of. "oc.PLACE" is a use of a value, "od.PLACE" the module's definition of a
// variable or alias, "ob.PLACE" the body of a function, "ot.PLACE" the initial image of a thread-local variable.
typedef struct orcast_object orcast_object;
void orcast_object_free(orcast_object *o);
const void *orcast_object_data(const orcast_object *o, size_t *size);
orcast_object *orcast_object_from_memory(const void *data, size_t size, const char *name);

// Compiles the bodies of `functions` (positions in the module's list) and the variables `globals`, which hold addresses
// of their blocks, as one unit. Each body can be compiled once by a worker: it is moved out of the worker's copy of the
// module.
//
// Functions whose blocks' addresses the unit takes must be in the unit: if some are not, nothing is compiled and *tied
// (released with free()) holds their positions; *object is then NULL.
char *orcast_compile(orcast_worker *w, const struct orcast_module *m, const uint32_t *functions, uint32_t nfunctions,
                     const uint32_t *globals, uint32_t nglobals, orcast_object **object, uint32_t **tied,
                     uint32_t *ntied);

// Compiles a module's variables, data aliases and module-level assembly, except the variables `without`.
char *orcast_compile_data(orcast_worker *w, const struct orcast_module *m, const uint32_t *without, uint32_t nwithout,
                          orcast_object **object);

// Where an object may go. The working memory of zones without contents is NULL.
enum orcast_link_zone { ORCAST_LINK_CODE, ORCAST_LINK_RO, ORCAST_LINK_DATA, ORCAST_LINK_ZERO, ORCAST_LINK_ZONES };
struct orcast_link_memory {
  uint64_t target, size;
  void *working;
};

struct orcast_place {
  uint64_t address, size, align;
};

// A linker places objects into zones. Threads may link at once; zones only grow.
typedef struct orcast_linker orcast_linker;

// addresses: one word a program symbol, its address or 0: read for every use, written for variables, and for functions
// that have no address, when their object is placed. places: one a symbol, written for bodies and thread-local images.
orcast_linker *orcast_linker_new(const struct orcast_link_memory zones[ORCAST_LINK_ZONES], uint64_t *addresses,
                                 struct orcast_place *places, uint32_t nsymbols, uintptr_t handle);
void orcast_linker_free(orcast_linker *l);

// Takes memory of a zone for what is placed without an object.
char *orcast_linker_take(orcast_linker *l, enum orcast_link_zone zone, uint64_t size, uint64_t align, uint64_t *start);

// Sets space aside for all variables of a named section, which then lie together in the order of linking. The
// program sees the section's bounds by __start_NAME and __stop_NAME.
char *orcast_linker_reserve(orcast_linker *l, const char *section, uint64_t size, int code, uint64_t *start);
uint64_t orcast_linker_reserved_end(orcast_linker *l, const char *section);

// Sections of this name hold the initial contents of thread-local variables of native objects, which code reaches by
// their offset from the thread pointer. What they are linked to has distance added to its address.
#define ORCAST_TLS_SECTION ".orcast.tls"
void orcast_linker_set_tls(orcast_linker *l, uint64_t distance);

struct orcast_linked {
  uint64_t code, code_size;
  uint64_t eh_frame, eh_frame_size;
};

// Where the values of another version of a module, which an object was made of, are in this one, by their place in that
// version; ORCAST_GONE for those that are not to be seen.
#define ORCAST_GONE 0xffffffffu
struct orcast_edited {
  const uint32_t *uses, *definitions;
  uint32_t nvalues;
};

// Which object: a module's static data or unit, or a native object.
struct orcast_link_item {
  orcast_object *object;              // stays the caller's
  const struct orcast_module *module; // NULL for a native object
  uint32_t native;                    // the number of the native object
  uint8_t late; // the program runs already: its private pages may have been copied
  const struct orcast_edited *edited; // NULL if the object was made of the module as it is
  uint64_t gone; // an address for uses of values that are gone, and of names that nothing has; 0 if that is an error
};

// Links objects that may refer to each other. Names that are required and not found come back in *missing, one
// a line (released with free()), beside the message; program symbols stand there as "oc.NUMBER".
char *orcast_link(orcast_linker *l, const struct orcast_link_item *items, uint32_t n, struct orcast_linked *linked,
                  char **missing);

#ifdef __cplusplus
}
#endif

#endif
