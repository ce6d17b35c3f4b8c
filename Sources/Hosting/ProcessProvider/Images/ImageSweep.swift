import Digests
import Encodings
import Files

/// Removes unpacked images that nothing runs, and layers that no image has any more.
///
/// What was touched lately stays: whoever unpacks an image orders it to be run only then.
struct ImageSweep {
  /// Milliseconds between two.
  static let period = 600_000
  // Nanoseconds.
  private static let grace: Int64 = 3_600_000_000_000

  private let folder: SupervisorFolder
  private let files = LinuxFileSystem()
  private let log: (String) -> Void

  init(_ folder: SupervisorFolder, log: @escaping (String) -> Void) {
    (self.folder, self.log) = (folder, log)
  }

  /// - Parameter used: names of folders that are run.
  func run(keeping used: Set<String>) {
    for name in names(in: folder.images) where Digest(sha256Hex: name) != nil {
      if !used.contains(name) { removeIfOld("\(folder.images)/\(name)") }
    }
    // What was left by somebody who was killed.
    for name in names(in: folder.images) where name.hasPrefix(".") {
      removeIfOld("\(folder.images)/\(name)")
    }
    let layers = "\(folder.images)/layers"
    for name in names(in: layers) where isAlone("\(layers)/\(name)") {
      removeIfOld("\(layers)/\(name)")
    }
  }

  private func removeIfOld(_ path: String) {
    guard let info = try? files.infoIfAny(path), Self.now - info.modified > Self.grace else {
      return
    }
    do throws(ImageFailure) { try FolderRemoval.remove(path) } catch { log(error.reason) }
  }

  // Whether none of its files has a further name, in an image.
  private func isAlone(_ path: String) -> Bool {
    names(in: path).allSatisfy { name in
      let entry = "\(path)/\(name)"
      guard let info = try? files.infoIfAny(entry) else { return true }
      return info.kind == .directory ? isAlone(entry) : info.links == 1
    }
  }

  private func names(in folder: String) -> [String] {
    (try? files.namesIfAny(in: folder)) ?? []
  }

  private static var now: Int64 { UTCTime.millisecondsNow * 1_000_000 }
}
