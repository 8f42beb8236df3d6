// libwebsockets' client (Debian's libwebsockets-dev): libwebsockets HOST PORT /PATH [--best].
//
// At its defaults it pings after five minutes of silence, and does not connect again: the library
// leaves both to its users. --best: with an lws_retry_bo_t, as its README.lws_retry.md describes and
// its minimal-ws-client example uses it. Pings as often as idle limits of proxies ask for (the
// example's 3 and 10 s are for demonstrations), a table of delays that grows, and as much jitter as
// the field holds, nearly.

#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t kDelays[] = {1000, 2000, 4000, 8000, 16000, 30000};
static const lws_retry_bo_t kBest = {
  .retry_ms_table = kDelays,
  .retry_ms_table_count = LWS_ARRAY_SIZE(kDelays),
  .conceal_count = LWS_RETRY_CONCEAL_ALWAYS,
  .secs_since_valid_ping = 20,
  .secs_since_valid_hangup = 30,
  .jitter_percent = 250,
};

static struct lws_context *context;
static lws_sorted_usec_list_t attempt;
static uint16_t attempts;
static const char *host, *path;
static int port, is_best, is_over;

static void dial(lws_sorted_usec_list_t *unused);

static void retry(void) {
  if (!is_best || lws_retry_sul_schedule(context, 0, &attempt, &kBest, dial, &attempts)) is_over = 1;
}

static void dial(lws_sorted_usec_list_t *unused) {
  (void)unused;
  struct lws_client_connect_info info = {0};
  info.context = context;
  info.address = info.host = info.origin = host;
  info.port = port;
  info.path = path;
  info.local_protocol_name = "judged";
  if (is_best) info.retry_and_idle_policy = &kBest;
  // A failure is told to on_event(), too, unless there was no connection to tell it of.
  if (!lws_client_connect_via_info(&info) && !is_over) retry();
}

static void say(struct lws *wsi) {
  static int count;
  unsigned char text[LWS_PRE + 40];
  const int size = strstr(path, "/greeting")
                     ? lws_snprintf((char *)text + LWS_PRE, 40, "subscribe")
                     : lws_snprintf((char *)text + LWS_PRE, 40, "message %d", ++count);
  lws_write(wsi, text + LWS_PRE, (size_t)size, LWS_WRITE_TEXT);
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t size) {
  switch (reason) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
      if (strstr(path, "/greeting") || strstr(path, "/silent-busy")) lws_callback_on_writable(wsi);
      break;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
      say(wsi);
      if (strstr(path, "/silent-busy")) lws_set_timer_usecs(wsi, LWS_USEC_PER_SEC);
      break;
    case LWS_CALLBACK_TIMER: lws_callback_on_writable(wsi); break;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
    case LWS_CALLBACK_CLIENT_CLOSED: retry(); break;
    default: break;
  }
  return lws_callback_http_dummy(wsi, reason, user, in, size);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  host = argv[1];
  port = atoi(argv[2]);
  path = argv[3];
  is_best = argc > 4 && strcmp(argv[4], "--best") == 0;
  const struct lws_protocols protocols[] = {{"judged", on_event, 0, 65536, 0, NULL, 0},
                                            {NULL, NULL, 0, 0, 0, NULL, 0}};
  struct lws_context_creation_info info = {0};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.protocols = protocols;
  context = lws_create_context(&info);
  if (!context) return 1;
  lws_sul_schedule(context, 0, &attempt, dial, 1);
  while (!is_over && lws_service(context, 0) >= 0) continue;
  lws_context_destroy(context);
  return 0;
}
