/* Tells of what happens at the paths that it is given, a line each: the mask's words, a colon, the path's number, the name. */
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

static const struct {
  unsigned mask;
  const char *word;
} words[] = {
  {IN_MODIFY, "modify"}, {IN_ATTRIB, "attrib"},         {IN_CLOSE_WRITE, "written"},
  {IN_CREATE, "create"}, {IN_DELETE, "delete"},         {IN_MOVED_FROM, "from"},
  {IN_MOVED_TO, "to"},   {IN_DELETE_SELF, "self-gone"}, {IN_MOVE_SELF, "self-moved"},
};

int main(int count, char **paths) {
  unsigned mask = 0;
  for (unsigned i = 0; i < sizeof words / sizeof *words; i++) mask |= words[i].mask;
  int in = inotify_init();
  for (int i = 1; i < count; i++)
    if (inotify_add_watch(in, paths[i], mask) < 0) return perror(paths[i]), 1;
  setvbuf(stdout, NULL, _IOLBF, 0);
  puts("watching");
  _Alignas(struct inotify_event) char buffer[65536];
  for (;;) {
    ssize_t size = read(in, buffer, sizeof buffer);
    if (size <= 0) return perror("read"), 1;
    for (char *at = buffer; at < buffer + size;) {
      struct inotify_event *event = (void *)at;
      for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (event->mask & words[i].mask) printf("%s:", words[i].word);
      printf("%d:%s\n", event->wd, event->len ? event->name : "");
      at += sizeof *event + event->len;
    }
  }
}
