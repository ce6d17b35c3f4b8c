import SystemPackage

/// Where bytes go that are in the way and are not what their name says. They are never removed:
/// only whoever owns the store can know whether they are of use.
struct Quarantine: Sendable {
  let folder: String
  let fileSystem: any FileSystem

  /// Moves a file, link or folder out of the way.
  ///
  /// - Parameter name: what the new name begins with; a random end keeps what was set aside before.
  /// - Returns: where it is now, or nil when somebody else had taken it away.
  func setAside(_ path: String, as name: String) throws(StoreError) -> String? {
    try fileSystem.ensureDirectory(folder)
    let place = "\(folder)/\(name).\(try RandomName.make())"
    do throws(Errno) {
      try fileSystem.rename(path, to: place)
    } catch .noSuchFileOrDirectory {
      return nil
    } catch {
      throw StoreError(error, call: "rename", path: path)
    }
    try fileSystem.synchronizeFolder(folder)
    return place
  }
}
