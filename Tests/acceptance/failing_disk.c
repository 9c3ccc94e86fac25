/* A disk that fails on request: loaded before the C library it stands between a program and the calls that touch one
 * folder, and changes nothing else. What it is to do is read from the environment once:
 *
 *   FAULT_FOLDER   the folder; calls on other paths, on sockets and on the standard streams pass untouched
 *   FAULT_CALL     the call that fails, such as fsync
 *   FAULT_FIRST    the first one of them that fails, from 1
 *   FAULT_LAST     the last one
 *   FAULT_KIND     an errno's number; or short: half of the bytes are taken; torn: half are taken and then there is no
 *                  space; dead: half are taken and the process is killed; late: a rename is done, and yet reported as
 *                  failed, as a server that is far away may do; or none
 *   FAULT_RECORD   a file that takes a line for each call on the folder: whether it failed, its name, its path
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

/* What stands behind each call here, looked up beforehand: a signal's handler may write too, and dlsym takes a lock that
 * the code it interrupts may be taking. */
#define EACH_CALL(do) \
    do(unlink) do(mkdir) do(chmod) do(setxattr) do(stat) do(lstat) do(realpath) do(fstat) do(fchmod) do(fsync) \
    do(fdatasync) do(ftruncate) do(rename) do(open) do(fcntl) do(opendir) do(readdir) do(read) do(write) do(pwrite)
#define DECLARE(name) static __typeof__(&name) real_##name;
#define LOOK_UP(name) real_##name = (__typeof__(&name))dlsym(RTLD_NEXT, #name);

EACH_CALL(DECLARE)

static const char *folder, *failing, *kind;
static long first, last, seen;
static int record = -1;

enum outcome { PASS, FAIL, HALF, HALF_AND_DIE, DONE_AND_FAIL };

__attribute__((constructor)) static void begin(void) {
    EACH_CALL(LOOK_UP)
    folder = getenv("FAULT_FOLDER");
    failing = getenv("FAULT_CALL");
    kind = getenv("FAULT_KIND");
    const char *from = getenv("FAULT_FIRST"), *to = getenv("FAULT_LAST"), *path = getenv("FAULT_RECORD");
    if (!folder || !failing || !kind || !from || !to || !path) abort();
    first = atol(from);
    last = atol(to);
    int low = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    /* Out of the way of the program's own numbers. */
    record = syscall(SYS_fcntl, low, F_DUPFD_CLOEXEC, 500);
    syscall(SYS_close, low);
}

static enum outcome on_path(const char *call, const char *path) {
    int before = errno;
    size_t length = folder ? strlen(folder) : 0;
    if (!length || strncmp(path, folder, length) != 0 || path[length] != '/') return PASS;
    int fails = 0, nth = 0;
    if (strcmp(call, failing) == 0) {
        nth = ++seen - first;
        fails = seen >= first && seen <= last && strcmp(kind, "none") != 0;
    }
    char line[4400];
    int size = snprintf(line, sizeof line, "%s %s %s\n", fails ? "failed" : "passed", call, path);
    syscall(SYS_write, record, line, size);
    errno = before;
    if (!fails) return PASS;
    if (strcmp(kind, "short") == 0 || (strcmp(kind, "torn") == 0 && nth == 0)) return HALF;
    if (strcmp(kind, "dead") == 0) return HALF_AND_DIE;
    if (strcmp(kind, "late") == 0) return DONE_AND_FAIL;
    errno = strcmp(kind, "torn") == 0 ? ENOSPC : atoi(kind);
    return FAIL;
}

static enum outcome on_number(const char *call, int number) {
    char link[32], path[4200];
    int before = errno;
    if (number <= 2) return PASS;
    snprintf(link, sizeof link, "/proc/self/fd/%d", number);
    long size = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    errno = before;
    if (size < 0) return PASS;
    path[size] = 0;
    return on_path(call, path);
}

#define ON_PATH(result, name, arguments, path, ...) \
    result name arguments { return on_path(#name, path) ? -1 : real_##name(__VA_ARGS__); }
#define ON_NUMBER(result, name, arguments, number, ...) \
    result name arguments { return on_number(#name, number) ? -1 : real_##name(__VA_ARGS__); }

ON_PATH(int, unlink, (const char *path), path, path)
ON_PATH(int, mkdir, (const char *path, mode_t mode), path, path, mode)
ON_PATH(int, chmod, (const char *path, mode_t mode), path, path, mode)
ON_PATH(int, setxattr, (const char *path, const char *name, const void *value, size_t size, int flags), path, path,
        name, value, size, flags)
ON_PATH(int, stat, (const char *path, struct stat *entry), path, path, entry)
ON_PATH(int, lstat, (const char *path, struct stat *entry), path, path, entry)

char *realpath(const char *path, char *resolved) {
    return on_path("realpath", path) ? NULL : real_realpath(path, resolved);
}

ON_NUMBER(int, fstat, (int number, struct stat *entry), number, number, entry)
ON_NUMBER(int, fchmod, (int number, mode_t mode), number, number, mode)
ON_NUMBER(int, fsync, (int number), number, number)
ON_NUMBER(int, fdatasync, (int number), number, number)
ON_NUMBER(int, ftruncate, (int number, off_t size), number, number, size)

int rename(const char *from, const char *to) {
    enum outcome outcome = on_path("rename", from);
    if (outcome == FAIL) return -1;
    int result = real_rename(from, to);
    if (outcome != DONE_AND_FAIL || result != 0) return result;
    errno = EIO;
    return -1;
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    int mode = flags & O_CREAT ? va_arg(rest, int) : 0;
    va_end(rest);
    return on_path("open", path) ? -1 : real_open(path, flags, mode);
}

int fcntl(int number, int command, ...) {
    va_list rest;
    va_start(rest, command);
    void *argument = va_arg(rest, void *);
    va_end(rest);
    if (command == F_SETLK && on_number("fcntl", number)) return -1;
    return real_fcntl(number, command, argument);
}

DIR *opendir(const char *path) { return on_path("opendir", path) ? NULL : real_opendir(path); }

struct dirent *readdir(DIR *stream) {
    return on_number("readdir", dirfd(stream)) ? NULL : real_readdir(stream);
}

static size_t half(enum outcome outcome, size_t count) {
    return outcome == PASS || count < 2 ? count : count / 2;
}

ssize_t read(int number, void *bytes, size_t count) {
    enum outcome outcome = on_number("read", number);
    return outcome == FAIL ? -1 : real_read(number, bytes, half(outcome, count));
}

ssize_t write(int number, const void *bytes, size_t count) {
    enum outcome outcome = on_number("write", number);
    if (outcome == FAIL) return -1;
    ssize_t taken = real_write(number, bytes, half(outcome, count));
    if (outcome == HALF_AND_DIE) kill(getpid(), SIGKILL);
    return taken;
}

ssize_t pwrite(int number, const void *bytes, size_t count, off_t at) {
    enum outcome outcome = on_number("pwrite", number);
    return outcome == FAIL ? -1 : real_pwrite(number, bytes, half(outcome, count), at);
}
