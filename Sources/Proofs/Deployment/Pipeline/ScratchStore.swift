import ContentStore
import FoundationEssentials
import Glibc

/// A store in the system's temporary folder, for work whose result is thrown away.
struct ScratchStore {
  let store: ContentStore

  init() throws {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    // mkdtemp(3) puts a name of its own in place of the six letters.
    var template = Array("\(parent)/zigttp-\(String(repeating: "X", count: 6))".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw DeploymentError.unwritable(path: parent, errno: errno)
    }
    store = try ContentStore(StoreMaker().make(at: String(cString: made), slug: "scratch"))
  }

  /// Removes every file of it.
  func remove() {
    // What cannot be removed is the system's to clean up.
    try? FileManager.default.removeItem(atPath: store.layout.root)
  }
}
