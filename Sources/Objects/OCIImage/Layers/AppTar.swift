import Archive

/// The form of an app layer's tar: what unpacks to the same files with every program that unpacks
/// layers.
public enum AppTar {
  /// What there may be in one, for messages.
  public static let expected = "files and folders of app/, each once"

  /// The first thing that has no place in an app layer: a link, a device, a name twice, a name that
  /// takes away a file of another layer, a place outside of `app/`; nil where there is none.
  public static func problem(in tar: [UInt8]) -> String? {
    var reader = TarReader(tar)
    var seen: Set<[UInt8]> = []
    do throws(ArchiveError) {
      while let item = try reader.next() {
        if !seen.insert(Array(item.path.utf8)).inserted { return "\(item.path) twice" }
        if let problem = problem(with: item) { return problem }
      }
      return nil
    } catch {
      return error.description
    }
  }

  private static func problem(with item: TarItem) -> String? {
    let name = item.path.utf8.split(separator: UInt8(ascii: "/")).last ?? item.path.utf8[...]
    if name.starts(with: ".wh.".utf8) { return "\(item.path), which takes a file away" }
    let isBelow = item.path.utf8.starts(with: "app/".utf8)
    switch item.kind {
    case .directory: return isBelow || item.path == "app" ? nil : "\(item.path), outside of app/"
    case .file: return isBelow ? nil : "\(item.path), outside of app/"
    default: return "\(item.path), a \(item.kind.name)"
    }
  }
}
