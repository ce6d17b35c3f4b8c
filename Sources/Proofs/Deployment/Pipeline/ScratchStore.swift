import ContentStore
import Glibc

/// A store in the system's temporary folder, for work whose result is thrown away.
struct ScratchStore {
  let store: ContentStore

  init() throws {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/zigttp-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw DeploymentError.unwritable(path: parent, errno: errno)
    }
    store = try ContentStore(StoreMaker().make(at: String(cString: made), slug: "scratch"))
  }

  /// Removes every file of it.
  func remove() {
    nftw(store.layout.root, { path, _, _, _ in Glibc.remove(path) }, 16, FTW_DEPTH | FTW_PHYS)
  }
}
