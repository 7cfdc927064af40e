! Allocation, formatted output, intrinsic functions and STOP, of Fortran's run-time library.
program squares
  implicit none
  integer :: i, n
  real(8), allocatable :: x(:)
  character(len=32) :: word
  n = 5
  allocate(x(n))
  x = [(sqrt(real(i, 8)), i = 1, n)]
  print '(5f8.4)', x
  write (word, '(a,i0)') 'sum of squares ', sum([(i*i, i = 1, n)])
  print '(a)', trim(word)
  stop 3
end program
