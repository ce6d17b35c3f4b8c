import Encodings
import Glibc
import JSON
import TestSupport

/// A headless Chromium that is told what to do over a pair of pipes, and that runs no script of a page.
///
/// Reference: Chrome DevTools Protocol; `--remote-debugging-pipe`.
final class Chromium {
  private let pid: pid_t
  private let orders: Int32
  private let answers: Int32
  private var received: [UInt8] = []
  private var events: [JSONValue] = []
  private var number: Int64 = 0
  private var session: String?

  struct Failure: Error, CustomStringConvertible { var description: String }

  /// Starts it, with its profile in a folder.
  init(_ program: String, profile: String) throws {
    (pid, orders, answers) = try Self.start(program, profile: profile)
    let target = try call("Target.createTarget", ["url": "about:blank"])
    let id = try Self.text(target, "targetId")
    let attached = try call("Target.attachToTarget", ["targetId": .string(id), "flatten": true])
    session = try Self.text(attached, "sessionId")
    for domain in ["Page", "DOM", "Network"] { _ = try call("\(domain).enable") }
    _ = try call("Emulation.setScriptExecutionDisabled", ["value": true])
  }

  deinit {
    kill(pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    close(orders)
    close(answers)
  }

  // MARK: What a person does

  /// Goes to an address.
  func go(to url: String) throws {
    events = []
    _ = try call("Page.navigate", ["url": .string(url)])
    try wait(for: "Page.loadEventFired")
  }

  /// Types into a field.
  func type(_ text: String, into selector: String) throws {
    try focus(selector)
    _ = try call("Input.insertText", ["text": .string(text)])
  }

  /// Presses a button, or follows a link, by the keyboard, and waits for the page that comes.
  func press(_ selector: String) throws {
    try focus(selector)
    events = []
    try key("Enter", code: 13, text: "\r")
    try wait(for: "Page.loadEventFired")
  }

  /// Ticks a box, or opens a disclosure, by the keyboard.
  func toggle(_ selector: String) throws {
    try focus(selector)
    try key(" ", code: 32, text: " ")
  }

  private func key(_ key: String, code: Int64, text: String) throws {
    for kind in ["keyDown", "keyUp"] {
      var event: JSONObject = [
        "type": .string(kind), "key": .string(key), "windowsVirtualKeyCode": .integer(code),
      ]
      if kind == "keyDown" { event["text"] = .string(text) }
      _ = try call("Input.dispatchKeyEvent", .object(event))
    }
  }

  private func focus(_ selector: String) throws {
    _ = try call("DOM.focus", ["nodeId": .integer(try node(selector))])
  }

  // MARK: What a person sees

  /// The address that is shown.
  func url() throws -> String {
    let history = try call("Page.getNavigationHistory")
    let place = history["currentIndex"]?.integerValue ?? 0
    return history["entries"]?.arrayValue?[Int(place)]["url"]?.stringValue ?? ""
  }

  /// The page as it is now.
  func html() throws -> String {
    try Self.text(call("DOM.getOuterHTML", ["nodeId": .integer(try node("html"))]), "outerHTML")
  }

  /// What stands in an element.
  func html(of selector: String) throws -> String {
    try Self.text(call("DOM.getOuterHTML", ["nodeId": .integer(try node(selector))]), "outerHTML")
  }

  private func node(_ selector: String) throws -> Int64 {
    let document = try call("DOM.getDocument", ["depth": 0])
    let found = try call(
      "DOM.querySelector",
      ["nodeId": document["root"]?["nodeId"] ?? 0, "selector": .string(selector)])
    guard let id = found["nodeId"]?.integerValue, id > 0 else {
      throw Failure(description: "there is no \(selector) at \(try url())")
    }
    return id
  }

  /// How wide the window is, in pixels of CSS, and which colours it prefers.
  func look(width: Int64, isDark: Bool = false) throws {
    _ = try call(
      "Emulation.setDeviceMetricsOverride",
      ["width": .integer(width), "height": 800, "deviceScaleFactor": 1, "mobile": false])
    _ = try call(
      "Emulation.setEmulatedMedia",
      [
        "features": [
          ["name": "prefers-color-scheme", "value": .string(isDark ? "dark" : "light")]
        ]
      ])
  }

  /// How wide the page is, which is more than the window where it has to be scrolled sideways.
  func contentWidth() throws -> Int64 {
    let size = try call("Page.getLayoutMetrics")["cssContentSize"] ?? [:]
    guard let width = size["width"]?.integerValue else {
      throw Failure(description: "no width: \(size.minified)")
    }
    return width
  }

  /// A picture of the whole page, as PNG.
  func picture() throws -> [UInt8] {
    let picture = try call(
      "Page.captureScreenshot", ["format": "png", "captureBeyondViewport": true])
    guard let bytes = Base64.decodeLenient(try Self.text(picture, "data").utf8) else {
      throw Failure(description: "no picture")
    }
    return bytes
  }

  /// Every cookie that it keeps.
  func cookies() throws -> [JSONValue] {
    try call("Network.getCookies")["cookies"]?.arrayValue ?? []
  }

  // MARK: The protocol

  private static func text(_ value: JSONValue, _ key: String) throws -> String {
    guard let text = value[key]?.stringValue else {
      throw Failure(description: "no \(key) in \(value.minified)")
    }
    return text
  }

  private func call(_ method: String, _ parameters: JSONValue = [:]) throws -> JSONValue {
    number += 1
    var message: JSONObject = [
      "id": .integer(number), "method": .string(method), "params": parameters,
    ]
    if let session { message["sessionId"] = .string(session) }
    try send(JSONValue.object(message).minifiedBytes)
    while true {
      let answer = try next()
      guard answer["id"]?.integerValue == number else {
        events.append(answer)
        continue
      }
      if let error = answer["error"] {
        throw Failure(description: "\(method): \(error.minified)")
      }
      return answer["result"] ?? [:]
    }
  }

  private func wait(for event: String) throws {
    while true {
      if let place = events.firstIndex(where: { $0["method"]?.stringValue == event }) {
        events.removeSubrange(...place)
        return
      }
      events.append(try next())
    }
  }

  private func send(_ bytes: [UInt8]) throws {
    var rest = (bytes + [0])[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(orders, $0.baseAddress, $0.count) }
      guard count > 0 else { throw Failure(description: "the browser is gone") }
      rest = rest.dropFirst(count)
    }
  }

  private func next() throws -> JSONValue {
    var room = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let end = received.firstIndex(of: 0) {
        let message = Array(received[..<end])
        received.removeFirst(end + 1)
        return try JSONReader.lenient(message)
      }
      var watched = pollfd(fd: answers, events: Int16(POLLIN), revents: 0)
      guard poll(&watched, 1, 60_000) > 0 else { throw Failure(description: "no answer") }
      let count = read(answers, &room, room.count)
      guard count > 0 else { throw Failure(description: "the browser ended") }
      received += room[..<count]
    }
  }

  // The browser reads descriptor 3 and writes 4.
  private static func start(
    _ program: String, profile: String
  ) throws -> (pid_t, orders: Int32, answers: Int32) {
    var (down, up): ([Int32], [Int32]) = ([0, 0], [0, 0])
    guard pipe(&down) == 0, pipe(&up) == 0 else { throw Failure(description: "pipe: \(errno)") }
    // Out of the way of 3 and 4.
    let ends = (down + up).map { fcntl($0, F_DUPFD_CLOEXEC, 20) }
    for descriptor in down + up { close(descriptor) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, 1, "\(profile).log", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    posix_spawn_file_actions_adddup2(&actions, ends[0], 3)
    posix_spawn_file_actions_adddup2(&actions, ends[3], 4)
    let arguments =
      [
        program, "--headless=new", "--remote-debugging-pipe", "--user-data-dir=\(profile)",
        "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-extensions", "--password-store=basic",
        // A container has seldom what its sandbox is made of, and root never.
        "--no-sandbox",
      ]
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var pid: pid_t = 0
    let result = posix_spawn(&pid, program, &actions, nil, &pointers, environ)
    close(ends[0])
    close(ends[3])
    guard result == 0 else {
      close(ends[1])
      close(ends[2])
      throw Failure(description: "\(program): \(result)")
    }
    return (pid, orders: ends[1], answers: ends[2])
  }
}
