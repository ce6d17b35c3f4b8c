import DevServer
import Encodings
import HandlerRuntime

extension CommandFailure {
  /// Why a handler is not served.
  init(_ error: SwapError) {
    switch error {
    case .load(let error): self.init(error)
    case .database(let problem):
      self.init(
        .failure, "\(problem.description)",
        next: "A file is not changed when schema.sql is: name another with --sqlite, or alter it.")
    case .payload(let error):
      self.init(.failure, "the handler cannot be packed: \(SafeText(escaping: "\(error)"))")
    }
  }

  /// Why nothing is served.
  init(_ error: HTTPServer.StartError) {
    switch error {
    case .listen(let address, let reason):
      self.init(
        .failure, "cannot listen on \(SafeText(escaping: "\(address)")): \(reason)",
        next: "Choose another port with -p, or 0 for a free one.")
    case .unknownHost(let host, let reason):
      self.init(.failure, "--host \(host): \(reason)")
    case .engine(let error): self.init(error)
    case .tooFewDescriptors(let limit, let needed):
      self.init(
        .failure, "this process may have \(limit) files open, expected room for \(needed) more",
        next: "Raise it: ulimit -n 1024")
    case .tooFewThreads:
      self.init(
        .failure, "the system has no thread left for this process",
        next: "Raise its limit (ulimit -u, pids.max).")
    }
  }

  private init(_ error: Application.LoadError) {
    let lines = error.lines
    self.init(
      .failure, "\(lines.first ?? "the handler could not be started")",
      details: lines.dropFirst().map { "\($0)" })
  }
}
