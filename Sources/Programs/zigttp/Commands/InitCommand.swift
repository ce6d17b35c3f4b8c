import ArgumentParser
import Deployment
import Encodings
import Files
import Handbook
import ProjectFiles
import Reports

extension ProjectTemplate: ExpressibleByArgument {}

/// `zigttp init`: a project to start from.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a project to start from into the current folder.",
    discussion: """
      Templates: api (routes, JSON, the cache), page (HTML from JSX), webhook (a signed request, taken \
      once). Each has a handler, package.json, tsconfig.json, zigttp.d.ts for an editor, .gitignore and \
      a CI workflow. Nothing that is there is overwritten: where one of the files is there already, \
      nothing is written.
      """)

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("Which project to start from.", valueName: "name"))
  var template = ProjectTemplate.api

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let folder = invocation.directory
    let files = template.files(named: Self.serviceName(folder))
    let fileSystem = LinuxFileSystem()
    try refuseToOverwrite(files.map(\.path) + Project.handlerNames, in: folder, fileSystem)
    for file in files {
      let path = "\(folder)/\(file.path)"
      try fileSystem.ensureFolders(Paths.folder(of: path), permissions: 0o777)
      // New, so that what came in between is not overwritten either.
      let new = try fileSystem.openFile(path, [.write, .new], permissions: 0o666)
      try new.write(Array(file.text.utf8))
    }
    let document = InitDocument(
      template: template.rawValue, files: files.map { ($0.path, $0.purpose) })
    try Console().answer(document, asJSON: global.json)
  }

  private func refuseToOverwrite(
    _ paths: [String], in folder: String, _ fileSystem: LinuxFileSystem
  ) throws {
    var found: [String] = []
    for path in paths where !found.contains(path) {
      if try fileSystem.infoIfAny("\(folder)/\(path)") != nil { found.append(path) }
    }
    guard let first = found.first else { return }
    throw CommandFailure(
      .failure,
      found.count == 1
        ? "\(first) is there already; nothing was written"
        : "\(found.count) files are there already; nothing was written",
      details: found.count == 1 ? [] : found.map { "\($0)" },
      next: "Start in an empty folder: mkdir my-service && zigttp -C my-service init")
  }

  // What a deploy would make of the folder's name.
  private static func serviceName(_ folder: String) -> String {
    let slug = Slug.make(folder.split(separator: "/").last.map(String.init) ?? "")
    return slug.isEmpty ? "service" : slug
  }
}
