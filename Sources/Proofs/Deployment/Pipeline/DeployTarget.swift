import ContentStore

/// Where a deploy writes.
public enum DeployTarget: Sendable {
  /// A store that is there.
  case existing(ContentStore)
  /// A store to be made in this folder.
  case make(folder: String)

  /// The store, if it is there.
  var store: ContentStore? {
    if case .existing(let store) = self { return store }
    return nil
  }

  /// The folder that holds the store: what a row's `handlerPath` is relative to.
  var holder: String {
    let root =
      switch self {
      case .existing(let store): store.layout.root
      case .make(let folder): folder
      }
    return ProjectFolder.resolve(root + "/..") ?? String(root.prefix(upTo: lastSlash(root)))
  }

  private func lastSlash(_ path: String) -> String.Index {
    path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
  }
}

extension Project {
  /// The handler's path as a row has it: relative to the folder that holds the store. Where the
  /// project stands elsewhere, relative to the project, since a path of this machine is no one
  /// else's business.
  func handlerPath(in target: DeployTarget) -> String {
    let holder = target.holder
    if root == holder { return handlerPath }
    let prefix = holder == "/" ? "/" : holder + "/"
    guard root.utf8.starts(with: prefix.utf8) else { return handlerPath }
    return String(decoding: root.utf8.dropFirst(prefix.utf8.count), as: UTF8.self) + "/"
      + handlerPath
  }
}
