import ContentStore
import Files
import FoundationEssentials
import Glibc
import SystemPackage

/// A store in the system's temporary folder, for work whose result is thrown away.
struct ScratchStore {
  let store: ContentStore

  init() throws {
    let parent = getenv("TMPDIR").flatMap { FileName(cString: $0).text } ?? "/tmp"
    let folder = Paths.join(parent, "zigttp-\(try storing(RandomName.make()))")
    do throws(Errno) {
      try LinuxFileSystem().makeDirectory(folder, permissions: 0o700)
    } catch {
      throw DeploymentError.unwritable(path: parent, errno: error.rawValue)
    }
    store = try ContentStore(StoreMaker().make(at: folder, slug: "scratch"))
  }

  /// Removes every file of it.
  func remove() {
    // What cannot be removed is the system's to clean up.
    try? FileManager.default.removeItem(atPath: store.layout.root)
  }
}
