import ContentStore
import Digests
import Files
import Ledger

extension Inspection {
  /// The ledger by itself, and against `leaves` and the append in progress.
  mutating func checkLedger() throws {
    isUnfinished = try storing(store.fileSystem.infoIfAny(store.layout.appendInProgress)) != nil
    do throws(LedgerError) {
      _ = try LedgerFile(store).stamp()
    } catch {
      guard case .store(let cause) = error, cause.code == .malformed else { throw error }
      return note(
        Finding(
          .ledgerNotAFile, "proofs.jsonl", expected: cause.expected, found: cause.found))
    }
    let survey = try LedgerSurvey(store, trust: trust, contracts: true)
    ledger = survey
    report.lines = survey.lineCount
    if isUnfinished {
      note(
        Finding(
          .appendUnfinished, "append.next", expected: "nothing: nobody is appending",
          found: "an append that was interrupted"))
    }
    // What an append in progress explains is not amiss.
    for finding in survey.doubts where !(isUnfinished && finding.kind == .ledgerRowsGone) {
      note(finding)
    }
    for finding in survey.seal.map({ Finding($0) })
    where finding.severity == .warning || finding.kind == .ledgerUnsealed {
      note(finding)
    }
    for line in survey.badLines { note(.malformed(line)) }
    if !survey.tail.isEmpty, !survey.lacksNewline { note(.tornTail(survey)) }
    let leaves = survey.leafCount ?? 0
    if !isUnfinished, survey.doubts.isEmpty, survey.needsLeaves {
      note(
        Finding(
          .leavesStale, "leaves", expected: "\(survey.lineCount) hashes",
          found: survey.leafCount == nil
            ? "no file" : leaves < survey.lineCount ? "\(leaves) hashes" : "other hashes"))
    }
  }

  /// The ledgers of other writers.
  mutating func checkOthers() throws {
    do throws(LedgerError) {
      // A checkpoint that cannot be read is no reason to say nothing of the rest.
      _ = try OtherLedgers(store).all()
    } catch {
      return note(
        Finding(.otherLedgerChanged, "ledgers", expected: "a folder", found: "\(error)"))
    }
    let surveys = try OtherSurveys(store, trust: trust)
    for finding in surveys.findings { note(finding) }
    others = surveys.all.map(\.survey.rows.records)
  }

  /// `shallow`, which must be read before anything is called missing.
  mutating func checkShallow() throws {
    do throws(StoreError) {
      shallow = try store.shallow.read()
    } catch {
      guard error.code == .malformed || error.code == .tooLarge else { throw error }
      shallow = (try? store.shallow.readable()) ?? []
      note(Finding(.shallowMalformed, "shallow", expected: error.expected, found: error.found))
    }
    report.shallow = shallow.count
  }

  /// `index.json`, before its entries are followed.
  mutating func readIndex() throws {
    do throws(StoreError) {
      if try storing(store.fileSystem.contents(of: store.layout.index, limit: Index.limit)) == nil {
        note(Finding(.indexMissing, "index.json", expected: "an image index"))
      } else {
        index = try store.index.read()
      }
    } catch {
      guard error.code == .malformed || error.code == .tooLarge else { throw error }
      note(
        Finding(
          .indexMalformed, "index.json", expected: error.expected ?? "an image index",
          found: error.found))
    }
    if let ledger, !ledger.isThere, ledger.doubts.isEmpty, index?.namesDeploys == true {
      note(
        Finding(
          .ledgerMissing, "proofs.jsonl", expected: "the rows of what index.json names",
          found: "no file"))
    }
  }
}
