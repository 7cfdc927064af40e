#include "shared.h"

__attribute__((noinline)) void thrower(int kind) {
  Trace t("thrower");
  switch (kind) {
  case 1:
    throw Failure(41, "a failure");
  case 2:
    throw 7;
  case 3:
    throw "literal";
  case 4:
    throw std::logic_error("logic");
  case 5:
    throw 2.5f;
  }
}
