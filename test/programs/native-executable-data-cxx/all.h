#include <iostream>
#include <stdexcept>
#include <string>
#include <typeinfo>
struct LibraryError : std::exception {
  const char *what() const noexcept override;
};
struct LibraryBase {
  virtual ~LibraryBase();
  virtual std::string name();
};
struct Derived : LibraryBase {
  std::string name() override;
};
void part_prints(), part_throws(int), library_throws(int);
int part_catches();
