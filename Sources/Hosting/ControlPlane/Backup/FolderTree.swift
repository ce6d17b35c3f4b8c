import Files
import Glibc

/// A folder with all that is in it.
enum FolderTree {
  /// Removes it; what cannot be removed stays.
  static func remove(_ path: String) {
    let files = LinuxFileSystem()
    for name in (try? files.namesIfAny(in: path)) ?? [] {
      let child = "\(path)/\(name)"
      if (try? files.infoIfAny(child))??.kind == .directory {
        remove(child)
      } else {
        _ = try? files.removeIfAny(child)
      }
    }
    rmdir(path)
  }
}
