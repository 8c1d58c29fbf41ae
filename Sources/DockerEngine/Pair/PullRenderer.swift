/// Turns the progress of pulls into what a user of Docker knows: a line per layer that is drawn over itself on a
/// terminal, and plain lines where a layer enters a new state elsewhere.
package struct PullRenderer: Sendable {
    package enum Style: Hashable, Sendable {
        case terminal(width: Int)
        case lines
    }

    private struct Line: Sendable {
        let image: String
        let id: String
        var text: String
        var status: String
    }

    private let style: Style
    private var lines: [Line] = []
    private var drawnCount = 0

    package init(style: Style) { self.style = style }

    /// What to write for a line of progress; empty when nothing new is to be seen.
    package mutating func text(for progress: PullProgress, of image: String) -> String {
        let id = progress.id ?? ""
        let text = Self.text(for: progress, of: image)
        let known = lines.firstIndex { $0.image == image && $0.id == id && !id.isEmpty }
        switch style {
        case .lines:
            if let known {
                guard lines[known].status != progress.status else { return "" }
                lines[known].status = progress.status
            } else {
                lines.append(Line(image: image, id: id, text: text, status: progress.status))
            }
            // How much of a layer has arrived is for those who watch.
            return "\(image): \(id.isEmpty ? "" : "\(id): ")\(progress.status)\n"
        case .terminal(let width):
            if let known {
                lines[known].text = text
            } else {
                lines.append(Line(image: image, id: id, text: text, status: progress.status))
            }
            return redrawn(width: width)
        }
    }

    /// Leaves what is drawn on the screen, and begins anew below it.
    package mutating func finish() {
        guard case .terminal = style else { return }
        lines.removeAll()
        drawnCount = 0
    }

    private mutating func redrawn(width: Int) -> String {
        var output = drawnCount > 0 ? "\u{1B}[\(drawnCount)A" : ""
        for line in lines { output += "\r\u{1B}[K" + line.text.prefix(max(0, width - 1)) + "\n" }
        drawnCount = lines.count
        return output
    }

    private static func text(for progress: PullProgress, of image: String) -> String {
        guard let id = progress.id else { return progress.status }
        var text = "\(id): \(progress.status)"
        if let current = progress.current {
            if let total = progress.total {
                text += " \(bar(current, of: total))  \(size(current))/\(size(total))"
            } else {
                text += "  \(size(current))"
            }
        }
        return text
    }

    /// `[=====>    ]`, 50 columns wide as the Docker CLI draws it.
    static func bar(_ current: Int, of total: Int) -> String {
        let width = 50
        let filled = min(width, max(0, total > 0 ? Int(Double(current) / Double(total) * Double(width)) : 0))
        let head = filled < width ? ">" : ""
        return "[" + String(repeating: "=", count: filled) + head
            + String(repeating: " ", count: width - filled - head.utf8.count) + "]"
    }

    /// Bytes in decimal units, with four significant digits at most.
    static func size(_ byteCount: Int) -> String {
        var value = Double(byteCount)
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 1000 || unit == "GB" {
                let scaled = value < 10 && unit != "B" ? (value * 100).rounded() / 100 : (value * 10).rounded() / 10
                return unit == "B" ? "\(byteCount)B" : "\(scaled)\(unit)"
            }
            value /= 1000
        }
        return "\(byteCount)B"
    }
}
