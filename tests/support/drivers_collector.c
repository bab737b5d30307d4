/* A collector without hardware: the public-security interface over a picture in memory, and a hand
 * half (hand_*) that lays fingers on it, pulls its plug and makes it fail. */
#include <string.h>

#define WIDTH 256
#define HEIGHT 360

static unsigned char glass[WIDTH * HEIGHT];
static int covered, plugged = 1, started, ready, fails, room_beyond;

void hand_press(const unsigned char *picture) { memcpy(glass, picture, sizeof glass); covered = 1; }
void hand_lift(void) { covered = 0; }
void hand_unplug(void) { plugged = started = ready = 0; }
void hand_plug_in(void) { plugged = 1; }
void hand_fail(int code) { fails = code; }
void hand_write_beyond(int bytes) { room_beyond = bytes; }
void hand_reset(void) { covered = started = ready = fails = room_beyond = 0; plugged = 1; }

static int state(int need_ready) {
    if (fails) return fails;
    if (!plugged) return -4;
    if (!started) return -5;
    return need_ready && !ready ? -101 : 1;
}

int LIVESCAN_Init(void) {
    if (fails) return fails;
    if (!plugged) return -4;
    started = 1;
    return 1;
}
int LIVESCAN_Close(void) { started = ready = 0; return 1; }
int LIVESCAN_GetChannelCount(void) { return state(0) == 1 ? 1 : state(0); }
int LIVESCAN_GetMaxImageSize(int channel, int *width, int *height) {
    if (channel) return -1;
    *width = WIDTH;
    *height = HEIGHT;
    return state(0);
}
int LIVESCAN_BeginCapture(int channel) {
    if (channel) return -1;
    if (state(0) == 1) ready = 1;
    return state(0);
}
int LIVESCAN_GetFPRawData(int channel, unsigned char *picture) {
    if (channel) return -1;
    if (state(1) != 1) return state(1);
    if (covered) memcpy(picture, glass, sizeof glass);
    else memset(picture, 240, sizeof glass);
    memset(picture + sizeof glass, 0, (size_t)room_beyond);
    return 1;
}
int LIVESCAN_EndCapture(int channel) { ready = 0; return channel ? -1 : 1; }
int LIVESCAN_GetVersion(void) { return 300; }
int LIVESCAN_GetDesc(char text[1024]) {
    strcpy(text, "collector for tests\x01 256x360");
    return 1;
}
