import Glibc
import Ingress
import ProcessProvider

// The two processes that go on when a server ends, for tests of what they do: called as the control
// plane's program is.
let words = CommandLine.arguments

/// The word after each of an option's.
func values(_ name: String) -> [String] {
  zip(words, words.dropFirst()).filter { $0.0 == name }.map(\.1)
}

func number(_ name: String, _ usual: Int) -> Int { values(name).last.flatMap { Int($0) } ?? usual }

@Sendable func tell(_ text: String) {
  Array("\(text)\n".utf8).withUnsafeBytes { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

func fail(_ error: any Error) -> Never {
  tell("\(error)")
  exit(1)
}

switch words.dropFirst().first {
case "supervise":
  var options = Supervisor.Options(
    folder: SupervisorFolder(values("--folder")[0]), key: values("--secrets-key-file").last)
  options.limits.startMilliseconds = number("--start-timeout", 20) * 1000
  options.limits.idleMilliseconds = number("--idle-timeout", 15) * 1000
  options.limits.stopMilliseconds = number("--stop-timeout", 12) * 1000
  do { try Supervisor.run(options) } catch { fail(error) }
case "ingress":
  let place = values("--listen")[0].split(separator: ":")
  var options = IngressOptions(
    host: String(place[0]), port: Int(place[1]) ?? 0, routesFolder: values("--routes")[0])
  options.notice = { tell($0) }
  do { _ = try IngressServer.serve(options) { _ in } } catch { fail(error) }
default: exit(64)
}
