struct A {
  virtual ~A();
  int a = 1;
};
struct B {
  virtual ~B();
  virtual int b() const { return 2; }
};
struct C : virtual A, B {
  int b() const override;
};
struct D : C {
  int d = 4;
};
A *make(int kind);
