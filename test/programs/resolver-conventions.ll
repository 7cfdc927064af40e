; Danger: conventions that only IR has: the static chain (nest, r10), swiftself (r13), swifterror (r12), swifttailcc,
; fastcc, coldcc, tailcc, sret, byval, inalloca's neighbours and returns of several registers.
target triple = "x86_64-pc-linux-gnu"

%big = type { i64, i64, i64, i64 }
@format = private constant [6 x i8] c"%lld\0A\00"
declare i32 @printf(ptr, ...)

define internal i64 @nested(ptr nest %chain, i64 %a, i64 %b) noinline optnone {
  %v = load i64, ptr %chain
  %s = add i64 %a, %b
  %r = add i64 %s, %v
  ret i64 %r
}
define internal swiftcc i64 @swift(i64 %a, ptr swiftself %self, ptr swifterror %error) noinline optnone {
  %v = load i64, ptr %self
  %r = mul i64 %a, %v
  store ptr inttoptr (i64 77 to ptr), ptr %error
  ret i64 %r
}
define internal fastcc i64 @fast(i64 %a, i64 %b, i64 %c, i64 %d, i64 %e, i64 %f, i64 %g, i64 %h) noinline optnone {
  %1 = sub i64 %a, %b
  %2 = sub i64 %c, %d
  %3 = mul i64 %e, %f
  %4 = mul i64 %g, %h
  %5 = add i64 %1, %2
  %6 = add i64 %3, %4
  %7 = add i64 %5, %6
  ret i64 %7
}
define internal coldcc i64 @cold(i64 %a, i64 %b) noinline optnone {
  %r = sub i64 %a, %b
  ret i64 %r
}
define internal tailcc i64 @tail(i64 %n, i64 %sum) noinline {
  %done = icmp eq i64 %n, 0
  br i1 %done, label %end, label %more
more:
  %m = sub i64 %n, 1
  %s = add i64 %sum, %n
  %r = musttail call tailcc i64 @tail_other(i64 %m, i64 %s, i64 1, i64 2, i64 3, i64 4, i64 5, i64 6)
  ret i64 %r
end:
  ret i64 %sum
}
define internal tailcc i64 @tail_other(i64 %n, i64 %sum, i64, i64, i64, i64, i64, i64) noinline {
  %r = musttail call tailcc i64 @tail(i64 %n, i64 %sum)
  ret i64 %r
}
define internal void @structures(ptr sret(%big) %out, ptr byval(%big) %in) noinline optnone {
  %a = load i64, ptr %in
  %slot = getelementptr %big, ptr %in, i32 0, i32 3
  %b = load i64, ptr %slot
  store i64 0, ptr %in
  %s = add i64 %a, %b
  store i64 %s, ptr %out
  ret void
}
define internal { i64, i64, i64 } @three(i64 %a) noinline optnone {
  %1 = insertvalue { i64, i64, i64 } poison, i64 %a, 0
  %b = add i64 %a, 1
  %2 = insertvalue { i64, i64, i64 } %1, i64 %b, 1
  %c = add i64 %a, 2
  %3 = insertvalue { i64, i64, i64 } %2, i64 %c, 2
  ret { i64, i64, i64 } %3
}
define void @print(i64 %x) noinline optnone {
  %p = call i32 (ptr, ...) @printf(ptr @format, i64 %x)
  ret void
}
define i32 @main() noinline optnone {
  %chain = alloca i64
  store i64 1000, ptr %chain
  %n = call i64 @nested(ptr nest %chain, i64 1, i64 2)
  call void @print(i64 %n)
  %error = alloca swifterror ptr
  store ptr null, ptr %error
  %s = call swiftcc i64 @swift(i64 5, ptr swiftself %chain, ptr swifterror %error)
  call void @print(i64 %s)
  %e = load ptr, ptr %error
  %ei = ptrtoint ptr %e to i64
  call void @print(i64 %ei)
  %f = call fastcc i64 @fast(i64 1, i64 2, i64 3, i64 4, i64 5, i64 6, i64 7, i64 8)
  call void @print(i64 %f)
  %c = call coldcc i64 @cold(i64 1, i64 2)
  call void @print(i64 %c)
  %t = call tailcc i64 @tail(i64 100000, i64 0)
  call void @print(i64 %t)
  %in = alloca %big
  store %big { i64 11, i64 0, i64 0, i64 22 }, ptr %in
  %out = alloca %big
  call void @structures(ptr sret(%big) %out, ptr byval(%big) %in)
  %o = load i64, ptr %out
  call void @print(i64 %o)
  %i = load i64, ptr %in
  call void @print(i64 %i)
  %three = call { i64, i64, i64 } @three(i64 7)
  %t0 = extractvalue { i64, i64, i64 } %three, 0
  %t2 = extractvalue { i64, i64, i64 } %three, 2
  %ts = mul i64 %t0, %t2
  call void @print(i64 %ts)
  ret i32 0
}
