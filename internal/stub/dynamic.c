// The program's dlopen and dlsym. To the C library the executable is this one, of which the program has no symbol: what
// the program defines is in the library that stands for it, and comes first, as an executable's symbols do.
//
// RTLD_NEXT asks from where the caller stands, and the C library does not know where that is for JIT'd code: the
// program is the executable, as this file is. Results are volatile, lest a tail call hide this file from dlsym.

#include "executor.h"

#include <dlfcn.h>

void *orcast_program;

// Whether a handle asks for the executable and all that it was loaded with.
static int is_global(void *handle) {
  if (handle == RTLD_DEFAULT)
    return 1;
  if (handle == RTLD_NEXT)
    return 0;
  void *executable = dlopen(NULL, RTLD_LAZY);
  dlclose(executable);
  return handle == executable;
}

void *orcast_dlsym(void *handle, const char *name) {
  if (is_global(handle)) {
    void *found = orcast_program ? dlsym(orcast_program, name) : NULL;
    if (!found)
      found = dlsym(RTLD_NEXT, name); // passes over this executable's own symbols
    if (found)
      return orcast_copy_of(found);
  }
  void *volatile found = dlsym(handle, name);
  return found;
}

void *orcast_dlvsym(void *handle, const char *name, const char *version) {
  void *volatile found = dlvsym(handle, name, version);
  return found;
}

void *orcast_dlopen(const char *path, int mode) {
  void *library = dlopen(path, mode);
  if (library)
    orcast_interpose_late();
  return library;
}

void *orcast_dlmopen(Lmid_t space, const char *path, int mode) {
  void *library = dlmopen(space, path, mode);
  if (library)
    orcast_interpose_late();
  return library;
}
