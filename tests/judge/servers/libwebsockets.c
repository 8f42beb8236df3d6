// libwebsockets as a server (Debian's libwebsockets-dev): an echo of messages up to 4 KiB.
// libwebsockets PORT [--best]
//
// At its defaults it pings after five minutes without a sign of validity. --best: the vhost has the
// lws_retry_bo_t that README.lws_retry.md describes, with times of a common heartbeat. It ends on
// SIGTERM as its minimal examples do: the context is destroyed.

#include <libwebsockets.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct session {
  unsigned char text[LWS_PRE + 4096];
  size_t size;
};

static const lws_retry_bo_t kBest = {
  .secs_since_valid_ping = 20,
  .secs_since_valid_hangup = 30,
};

static struct lws_context *context;
static volatile sig_atomic_t is_over;

static void end(int number) {
  (void)number;
  is_over = 1;
  lws_cancel_service(context);
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t size) {
  struct session *session = user;
  switch (reason) {
    case LWS_CALLBACK_RECEIVE:
      session->size = size < 4096 ? size : 4096;
      memcpy(session->text + LWS_PRE, in, session->size);
      lws_callback_on_writable(wsi);
      break;
    case LWS_CALLBACK_SERVER_WRITEABLE:
      lws_write(wsi, session->text + LWS_PRE, session->size, LWS_WRITE_TEXT);
      break;
    default: break;
  }
  return lws_callback_http_dummy(wsi, reason, user, in, size);
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  const struct lws_protocols protocols[] = {
    {"judged", on_event, sizeof(struct session), 4096, 0, NULL, 0},
    {NULL, NULL, 0, 0, 0, NULL, 0}};
  struct lws_context_creation_info info = {0};
  info.port = atoi(argv[1]);
  info.iface = "127.0.0.1";
  info.protocols = protocols;
  if (argc > 2 && strcmp(argv[2], "--best") == 0) info.retry_and_idle_policy = &kBest;
  context = lws_create_context(&info);
  if (!context) return 1;
  signal(SIGTERM, end);
  while (!is_over && lws_service(context, 0) >= 0) continue;
  lws_context_destroy(context);
  return 0;
}
