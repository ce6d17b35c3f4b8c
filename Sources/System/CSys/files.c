#define _GNU_SOURCE
#include "csys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int csys_here(void) { return AT_FDCWD; }

int csys_open_unnamed(int directory, mode_t mode) {
  return openat(directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
}

int csys_link_unnamed(int descriptor, int directory, const char *name) {
  char source[64];
  snprintf(source, sizeof source, "/proc/self/fd/%d", descriptor);
  return linkat(AT_FDCWD, source, directory, name, AT_SYMLINK_FOLLOW);
}

int csys_rename_new(int from_directory, const char *from, int to_directory, const char *to) {
  return renameat2(from_directory, from, to_directory, to, RENAME_NOREPLACE);
}

int csys_rename_exchange(int a_directory, const char *a, int b_directory, const char *b) {
  return renameat2(a_directory, a, b_directory, b, RENAME_EXCHANGE);
}

int64_t csys_copy_range(int from, int64_t from_offset, int to, uint64_t length) {
  off64_t offset = from_offset;
  return copy_file_range(from, &offset, to, NULL, length, 0);
}

int csys_clone(int from, int to) { return ioctl(to, FICLONE, from); }

int csys_reserve(int descriptor, int64_t length) {
  return fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, length);
}

int csys_start_writeback(int descriptor) {
  return sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}

int csys_sync_file_system(int descriptor) { return syncfs(descriptor); }

static int64_t nanoseconds(struct statx_timestamp time) {
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int info_of(int directory, const char *path, int flags, csys_file_info *info) {
  struct statx found;
  if (statx(directory, path, flags, STATX_BASIC_STATS, &found) != 0) return -1;
  info->device = makedev(found.stx_dev_major, found.stx_dev_minor);
  info->inode = found.stx_ino;
  info->size = found.stx_size;
  info->links = found.stx_nlink;
  info->modified_ns = nanoseconds(found.stx_mtime);
  info->changed_ns = nanoseconds(found.stx_ctime);
  info->mode = found.stx_mode;
  info->owner = found.stx_uid;
  return 0;
}

int csys_info_at(int directory, const char *path, int follow, csys_file_info *info) {
  return info_of(directory, path, follow ? 0 : AT_SYMLINK_NOFOLLOW, info);
}

int csys_info(int descriptor, csys_file_info *info) {
  return info_of(descriptor, "", AT_EMPTY_PATH, info);
}

int csys_random(void *bytes, size_t length) {
  // Up to 256 bytes are never cut short once the pool is ready.
  ssize_t got;
  do {
    got = getrandom(bytes, length, 0);
  } while (got < 0 && errno == EINTR);
  return got == (ssize_t)length ? 0 : -1;
}

struct csys_listing {
  DIR *stream;
};

csys_listing *csys_list_open(int directory, const char *path) {
  int descriptor = openat(directory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return NULL;
  csys_listing *listing = malloc(sizeof *listing);
  DIR *stream = listing ? fdopendir(descriptor) : NULL;
  if (!stream) {
    int saved = errno;
    free(listing);
    close(descriptor);
    errno = saved;
    return NULL;
  }
  listing->stream = stream;
  return listing;
}

int csys_list_next(csys_listing *listing, char name[256], int *kind) {
  for (;;) {
    errno = 0;
    struct dirent *entry = readdir(listing->stream);
    if (!entry) return errno == 0 ? 0 : -1;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    snprintf(name, 256, "%s", entry->d_name);
    unsigned char type = entry->d_type;
    if (type == DT_UNKNOWN) {
      struct stat found;
      if (fstatat(dirfd(listing->stream), name, &found, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) continue;
        return -1;
      }
      type = IFTODT(found.st_mode);
    }
    *kind = type == DT_REG   ? CSYS_KIND_FILE
            : type == DT_DIR ? CSYS_KIND_DIRECTORY
            : type == DT_LNK ? CSYS_KIND_LINK
                             : CSYS_KIND_OTHER;
    return 1;
  }
}

void csys_list_close(csys_listing *listing) {
  closedir(listing->stream);
  free(listing);
}
