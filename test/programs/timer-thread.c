// Danger: threads that libc makes (timers, asynchronous input) begin in functions not yet compiled.
// native-ldflags: -pthread -lrt
#include <aio.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static sem_t done;
static volatile int timer_value, input_value;
static void on_timer(union sigval value) {
  timer_value = value.sival_int;
  sem_post(&done);
}
static void on_input(union sigval value) {
  input_value = value.sival_int;
  sem_post(&done);
}
int main(void) {
  sem_init(&done, 0, 0);
  struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = on_timer, .sigev_value.sival_int = 5};
  timer_t timer;
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  struct itimerspec soon = {.it_value.tv_nsec = 1000000};
  timer_settime(timer, 0, &soon, 0);
  sem_wait(&done);
  char buffer[16];
  struct aiocb request = {.aio_fildes = open("/dev/zero", O_RDONLY), .aio_buf = buffer, .aio_nbytes = sizeof buffer};
  request.aio_sigevent = (struct sigevent){.sigev_notify = SIGEV_THREAD, .sigev_notify_function = on_input, .sigev_value.sival_int = 6};
  aio_read(&request);
  sem_wait(&done);
  printf("%d %d\n", timer_value, input_value);
  return 0;
}
