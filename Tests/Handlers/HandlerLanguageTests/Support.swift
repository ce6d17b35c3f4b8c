import Glibc
import HandlerLanguage

/// Files that stand in for a project folder.
struct Project {
  var files: [String: String]

  init(_ files: [String: String]) { self.files = files }
  /// A project of one file.
  init(_ source: String, path: String = "handler.ts") { files = [path: source] }

  func load(_ entry: String = "handler.ts") -> ProgramLoadResult {
    Program.load(entry: entry) { path in files[path].map { Array($0.utf8) } }
  }
}

/// The diagnostics of a handler of one file, one line each.
func problems(_ source: String, path: String = "handler.ts") -> [String] {
  Project(source, path: path).load(path).diagnostics.map(\.description)
}

/// The codes of a handler of one file.
func codes(_ source: String, path: String = "handler.ts") -> [String] {
  Project(source, path: path).load(path).diagnostics.map(\.code)
}

/// Where the tests' own files are.
let testdata: String = {
  var parts = #filePath.split(separator: "/").dropLast(4).map(String.init)
  parts += ["testdata", "handlers", "language"]
  return "/" + parts.joined(separator: "/")
}()

/// The whole file; nil if there is none.
func bytes(of path: String) -> [UInt8]? {
  guard let file = fopen(path, "rb") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { return bytes }
    bytes += buffer[0..<count]
  }
}

/// Names of the files in a folder, sorted.
func names(in folder: String) -> [String] {
  guard let stream = opendir(folder) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
      String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}
