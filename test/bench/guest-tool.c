/*
 * guest-tool serve             TCP 7001: a line with a number, then so many bytes back. TCP 7002: any request is
 *                              answered with "OK", the connection kept. UDP 7003: each datagram comes back.
 * guest-tool appear PORT TO    asks PORT of this machine until something answers, and then until nothing listens there
 *                              any more; tells "up" and "down" by a datagram to the host's port TO, and ends.
 * guest-tool watch FOLDER      a line on stdout for each change that inotify tells of in FOLDER, once "ready"
 */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK";
static const char question[] = "GET / HTTP/1.1\r\nHost: guest\r\n\r\n";

static struct sockaddr_in at(const char *address, int port) {
  struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(port)};
  place.sin_addr.s_addr = inet_addr(address);
  return place;
}

static int bound(int type, int port) {
  int on = 1, made = socket(AF_INET, type, 0);
  struct sockaddr_in place = at("0.0.0.0", port);
  setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(made, (struct sockaddr *)&place, sizeof place)) exit(1);
  if (type == SOCK_STREAM && listen(made, 512)) exit(1);
  return made;
}

static void stream(int client) {
  static char zeros[256 * 1024];
  char line[32] = "";
  if (read(client, line, sizeof line - 1) <= 0) return;
  for (long long left = atoll(line); left > 0;) {
    ssize_t sent = write(client, zeros, left < (long long)sizeof zeros ? left : (long long)sizeof zeros);
    if (sent <= 0) return;
    left -= sent;
  }
}

static void talk(int client) {
  char text[4096];
  size_t have = 0;
  for (;;) {
    ssize_t more = read(client, text + have, sizeof text - 1 - have);
    if (more <= 0) return;
    have += more;
    text[have] = 0;
    if (!strstr(text, "\r\n\r\n")) continue;
    if (write(client, answer, sizeof answer - 1) < 0) return;
    have = 0;
  }
}

/* A process for each connection: they are few at a time. */
static void answer_all(int server, void (*with)(int)) {
  for (;;) {
    int client = accept(server, 0, 0);
    if (client < 0) continue;
    if (fork() == 0) {
      close(server);
      with(client);
      exit(0);
    }
    close(client);
  }
}

static void echo(int server) {
  static char datagram[65536];
  for (;;) {
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    ssize_t length = recvfrom(server, datagram, sizeof datagram, 0, (struct sockaddr *)&from, &size);
    if (length >= 0) sendto(server, datagram, length, 0, (struct sockaddr *)&from, size);
  }
}

static int serve(void) {
  signal(SIGCHLD, SIG_IGN);
  int streams = bound(SOCK_STREAM, 7001), talks = bound(SOCK_STREAM, 7002), datagrams = bound(SOCK_DGRAM, 7003);
  if (fork() == 0) answer_all(streams, stream);
  if (fork() == 0) answer_all(talks, talk);
  echo(datagrams);
  return 1;
}

/* Whether something listens there, and answers when it is asked to. */
static int is_up(int port, int ask) {
  char text[64];
  struct timeval patience = {.tv_sec = 5};
  struct sockaddr_in place = at("10.0.2.15", port);
  int asking = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(asking, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(asking, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  int ok = connect(asking, (struct sockaddr *)&place, sizeof place) == 0;
  if (ok && ask) ok = write(asking, question, sizeof question - 1) > 0 && read(asking, text, sizeof text) > 0;
  close(asking);
  return ok;
}

static void tell(int port, const char *word) {
  struct sockaddr_in place = at("10.0.2.2", port);
  sendto(socket(AF_INET, SOCK_DGRAM, 0), word, strlen(word), 0, (struct sockaddr *)&place, sizeof place);
}

static int appear(int port, int to) {
  tell(to, "here");
  while (!is_up(port, 1)) usleep(1000);
  tell(to, "up");
  while (is_up(port, 0)) usleep(1000);
  tell(to, "down");
  return 0;
}

static int watch(const char *folder) {
  char text[65536];
  int changes = inotify_init();
  if (inotify_add_watch(changes, folder, IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_CLOSE_WRITE | IN_MOVE) < 0)
    return 1;
  setvbuf(stdout, 0, _IOLBF, 0);
  puts("ready");
  for (;;) {
    ssize_t length = read(changes, text, sizeof text);
    if (length <= 0) return 1;
    for (char *next = text; next < text + length;) {
      struct inotify_event *event = (struct inotify_event *)next;
      printf("%x %s\n", event->mask, event->len ? event->name : "");
      next += sizeof *event + event->len;
    }
  }
}

int main(int count, char **words) {
  signal(SIGPIPE, SIG_IGN);
  if (count == 2 && strcmp(words[1], "serve") == 0) return serve();
  if (count == 4 && strcmp(words[1], "appear") == 0) return appear(atoi(words[2]), atoi(words[3]));
  if (count == 3 && strcmp(words[1], "watch") == 0) return watch(words[2]);
  return 2;
}
