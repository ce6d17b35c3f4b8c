import Files
import Glibc
import SystemPackage

/// Names, as processes see them.
extension MemoryDisk {
  func node(_ path: String) throws(Errno) -> Int {
    var node = Self.root
    for name in path.split(separator: "/") {
      guard let entries = current[node] else { throw .notDirectory }
      guard let next = entries[String(name)] else { throw .noSuchFileOrDirectory }
      node = next
    }
    return node
  }

  func place(_ path: String) throws(Errno) -> (folder: Int, name: String) {
    let names = path.split(separator: "/")
    guard let last = names.last else { throw .fileExists }
    let folder = try node("/" + names.dropLast().joined(separator: "/"))
    guard current[folder] != nil else { throw .notDirectory }
    return (folder, String(last))
  }

  mutating func link(_ node: Int, to path: String) throws(Errno) {
    let (folder, name) = try place(path)
    if current[folder]?[name] != nil { throw .fileExists }
    change([.init(folder: folder, name: name, node: node)])
  }

  mutating func rename(
    _ path: String, to other: String, mayReplace: Bool
  ) throws(Errno) {
    let node = try node(path)
    let (from, old) = try place(path)
    let (to, new) = try place(other)
    if let there = current[to]?[new] {
      if !mayReplace { throw .fileExists }
      if case .folder? = nodes[there]?.body { throw .isDirectory }
    }
    change([
      .init(folder: from, name: old, node: nil), .init(folder: to, name: new, node: node),
    ])
  }

  func info(_ node: Int) -> FileInfo {
    var size: UInt64 = 0
    var kind = FileInfo.Kind.directory
    if case .file(let file)? = nodes[node]?.body {
      size = UInt64(file.current.count)
      kind = .file
    }
    return FileInfo(
      kind: kind, size: size, device: 1, inode: UInt64(node), links: links(of: node),
      owner: getuid(),
      permissions: nodes[node]?.permissions ?? 0, modified: nodes[node]?.modified ?? 0)
  }

  // How many names it has; a folder counts as one.
  private func links(of node: Int) -> UInt64 {
    guard case .file? = nodes[node]?.body else { return 1 }
    return current.values.reduce(0) { sum, entries in
      sum + entries.values.reduce(0) { $0 + ($1 == node ? 1 : 0) }
    }
  }
}
