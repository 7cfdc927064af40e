target triple = "x86_64-pc-linux-gnu"

$group = comdat any
$ctor = comdat any

@group = linkonce_odr global i32 1, comdat
@member = weak_odr global i32 10, comdat($group)
@hidden_part = internal constant i32 100, comdat($group)
@constructed = weak global i32 0
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 65535, ptr @ctor, ptr @ctor }]

define linkonce_odr void @ctor() comdat {
  %v = load i32, ptr @constructed
  %w = add i32 %v, 1
  store i32 %w, ptr @constructed
  ret void
}

define linkonce_odr i32 @in_group() noinline optnone comdat($group) {
  %a = load i32, ptr @group
  %b = load i32, ptr @member
  %c = load i32, ptr @hidden_part
  %d = add i32 %a, %b
  %e = add i32 %d, %c
  ret i32 %e
}

define i32 @from_b() noinline optnone {
  %a = call i32 @in_group()
  %b = add i32 %a, 1000
  store i32 7, ptr @member
  ret i32 %b
}
