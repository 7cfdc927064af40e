target triple = "x86_64-pc-linux-gnu"

@elsewhere = thread_local global i64 77
