import Foundation
import Testing

/// Eight processes at once at one store. `ZIGTTP_STRESS_SECONDS` says for how long.
@Suite(.serialized)
struct CrowdTests {
  @Test func eightAtOnceLoseNothing() throws {
    let environment = ProcessInfo.processInfo.environment
    let asked = environment["ZIGTTP_STRESS_SECONDS"].flatMap { Double($0) }
    // The release program, if a long run was asked for: it is what is shipped, and does more.
    let release = asked == nil ? nil : Programs.release.map { $0 + "/zigttp" }
    let crowd = try Crowd(seconds: asked ?? 12, program: release ?? Programs.zigttp)
    let tally = crowd.run()
    // What the last one that was killed left is for the next writer.
    try crowd.place.write("ants/handler.ts", Samples.hello)
    let last = try Command(
      executable: crowd.program,
      arguments: ["deploy", "--local", "--json", "--store", crowd.store],
      directory: crowd.place.path + "/ants",
      environment: crowd.place.environment(CrashRuntime.environment)
    ).run()
    #expect(last.status == 0, "\(last.errors)")
    try Acknowledgement(last.bytes).append(to: crowd.list(of: "ants"))

    let found = try Inspection(crowd)
    for (name, count) in tally.runs.sorted(by: { $0.key < $1.key }) { print("\(count)\t\(name)") }
    print(
      """
      concurrent commands: \(tally.runs.values.reduce(0, +)), killed: \(tally.killed), \
      waited: \(tally.waited), for somebody named: \(tally.waitedForSomebody)
      ledger lines: \(found.lines), acknowledged: \(found.acknowledged), objects: \(found.objects), \
      problems: \(tally.problems.count + found.problems.count)
      """)
    for problem in (tally.problems + found.problems).prefix(50) { Issue.record("\(problem)") }
    #expect(found.acknowledged >= Crowd.services.count)
    #expect(tally.killed > 0)
    #expect(tally.waitedForSomebody > 0, "nobody had to wait: the processes did not meet")
    #expect(!FileManager.default.fileExists(atPath: crowd.store + "/append.next"))
  }
}
