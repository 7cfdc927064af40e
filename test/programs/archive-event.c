// Danger: a static library that waits for descriptors and timers.
// archives: libevent.a
#include <event2/buffer.h>
#include <event2/event.h>
#include <stdio.h>
#include <unistd.h>
static int pipes[2], left = 3;
static void on_time(evutil_socket_t fd, short what, void *base) {
  if (write(pipes[1], "x", 1) != 1 || --left == 0)
    event_base_loopexit(base, NULL);
}
static void on_read(evutil_socket_t fd, short what, void *buffer) { evbuffer_read(buffer, fd, 100); }
int main(void) {
  struct event_base *base = event_base_new();
  struct evbuffer *buffer = evbuffer_new();
  struct timeval soon = {0, 1000};
  if (pipe(pipes))
    return 1;
  struct event *timer = event_new(base, -1, EV_PERSIST, on_time, base);
  struct event *reader = event_new(base, pipes[0], EV_READ | EV_PERSIST, on_read, buffer);
  event_add(timer, &soon);
  event_add(reader, NULL);
  int r = event_base_dispatch(base);
  while (evbuffer_get_length(buffer) < 3)
    evbuffer_read(buffer, pipes[0], 1);
  printf("%d %zu\n", r, evbuffer_get_length(buffer));
  event_free(timer), event_free(reader), evbuffer_free(buffer), event_base_free(base);
  return 0;
}
