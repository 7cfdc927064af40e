; Danger: members of a comdat group stay or go together. Module b's group is dropped with its own variable and its
; constructor's comdat, though the variable's name is unique; private members belong to the copy of their module.
target triple = "x86_64-pc-linux-gnu"

$group = comdat any
$ctor = comdat any

@format = private constant [10 x i8] c"%d %d %d\0A\00"
@group = linkonce_odr global i32 1, comdat
@member = weak_odr global i32 10, comdat($group)
@hidden_part = internal constant i32 100, comdat($group)
@constructed = weak global i32 0
@llvm.global_ctors = appending global [1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 65535, ptr @ctor, ptr @ctor }]

declare i32 @printf(ptr, ...)
declare i32 @from_b()

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

define i32 @main() {
  %a = call i32 @in_group()
  %b = call i32 @from_b()
  %c = load i32, ptr @constructed
  %p = call i32 (ptr, ...) @printf(ptr @format, i32 %a, i32 %b, i32 %c)
  ret i32 0
}
