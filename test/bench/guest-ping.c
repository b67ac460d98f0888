/*
 * guest-ping SOCKET COUNT   the time of COUNT requests in ns, one a line, each over a connection of its own
 * guest-ping SOCKET await   the time until the first answer in ns; tries again every 10 ms
 * A request ends with the last byte of its answer, as in ping.ts. Ends with 1 when a request fails.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const char question[] = "GET /_ping HTTP/1.1\r\nHost: docker\r\n\r\n";

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int answered(int connection) {
  char text[4096];
  size_t have = 0;
  if (write(connection, question, sizeof question - 1) != (ssize_t)sizeof question - 1) return 0;
  while (have < sizeof text - 1) {
    ssize_t more = read(connection, text + have, sizeof text - 1 - have);
    if (more <= 0) return 0;
    have += more;
    text[have] = 0;
    if (strstr(text, "\r\n\r\nOK")) return strncmp(text, "HTTP/1.1 200", 12) == 0;
  }
  return 0;
}

static int ping(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int connection = socket(AF_UNIX, SOCK_STREAM, 0);
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  int ok = connect(connection, (struct sockaddr *)&address, sizeof address) == 0 && answered(connection);
  close(connection);
  return ok;
}

int main(int count, char **words) {
  if (count != 3) return 2;
  long long began = now();
  if (strcmp(words[2], "await") == 0) {
    while (!ping(words[1])) usleep(10000);
    printf("%lld\n", now() - began);
    return 0;
  }
  for (int left = atoi(words[2]); left > 0; left--) {
    began = now();
    if (!ping(words[1])) return 1;
    printf("%lld\n", now() - began);
  }
  return 0;
}
