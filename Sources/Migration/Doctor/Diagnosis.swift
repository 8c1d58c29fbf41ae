import SchemaTranslation
package import WireKit

/// All that a doctor found out about one side.
package struct Diagnosis: Hashable, Sendable {
    /// What was examined, such as `PostgreSQL at db:5432`.
    package let subject: String
    /// In the order in which they were looked at.
    package var findings: [Finding]
    /// Whether there was a session to look through.
    package let isConnected: Bool

    /// What was found over a session.
    package init(_ subject: String, findings: [Finding] = []) {
        self.subject = subject
        self.findings = findings
        isConnected = true
    }

    /// No session could be opened, which is the one finding.
    ///
    /// - Parameters:
    ///   - subject: what was to be examined.
    ///   - reason: why there is no session, as a clause.
    ///   - remedy: what to do about it.
    package init(unreachable subject: String, reason: String, remedy: String) {
        self.subject = subject
        findings = [.problem("connection", reason, remedy: remedy)]
        isConnected = false
    }

    package var problemCount: Int { findings.count { $0.verdict == .problem } }

    package var exitStatus: ExitStatus {
        if !isConnected { return .unreachable }
        return problemCount > 0 ? .incomplete : .success
    }
}

extension Diagnosis {
    /// For people: a line per finding, its remedy below it, and how many problems there are.
    package var text: String {
        let width = findings.map(\.name.count).max() ?? 0
        let verdictWidth = Finding.Verdict.allCases.map(\.rawValue.count).max() ?? 0
        var lines = ["\(subject):"]
        for finding in findings {
            let verdict = finding.verdict.rawValue.padded(to: verdictWidth)
            lines.append("\(verdict)  \(finding.name.padded(to: width))  \(finding.detail)")
            if let remedy = finding.remedy {
                lines.append(String(repeating: " ", count: verdictWidth + 2 + width + 2) + "→ \(remedy)")
            }
        }
        lines.append(problemCount == 0 ? "no problems" : Quantity.count(problemCount, "problem"))
        return lines.joined(separator: "\n") + "\n"
    }

    /// For programs.
    package var json: JSON {
        .object([
            JSON.Member("subject", .string(subject)),
            JSON.Member("connected", .boolean(isConnected)),
            JSON.Member("findings", .array(findings.map(\.json))),
            JSON.Member("problems", .integer(problemCount)),
            JSON.Member("exit_status", .integer(Int(exitStatus.rawValue))),
        ])
    }
}

extension Finding {
    fileprivate var json: JSON {
        .object([
            JSON.Member("name", .string(name)),
            JSON.Member("verdict", .string(verdict.rawValue)),
            JSON.Member("detail", .string(detail)),
            JSON.Member("remedy", remedy.map { .string($0) } ?? .null),
        ])
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
