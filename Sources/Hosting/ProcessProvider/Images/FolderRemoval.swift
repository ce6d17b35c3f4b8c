import Files
import Glibc

/// Removes a folder with all that is in it, following no link.
enum FolderRemoval {
  static func remove(_ path: String) throws(ImageFailure) {
    let files = LinuxFileSystem()
    for name in (try? files.namesIfAny(in: path)) ?? [] {
      let entry = "\(path)/\(name)"
      if (try? files.infoIfAny(entry))??.kind == .directory {
        try remove(entry)
      } else {
        unlink(entry)
      }
    }
    guard rmdir(path) == 0 else {
      throw ImageFailure("\(path) cannot be removed: \(String(cString: strerror(errno)))")
    }
  }
}
