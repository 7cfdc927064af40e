_Thread_local int shared = 5;
