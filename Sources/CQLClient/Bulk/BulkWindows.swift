import WireKit

/// The windows of one writer, one per connection, and the way from a row's token to one of them: what the loop over
/// rows writes to.
///
/// Between `begin` and `end` each window has a cursor in a flat table; the loop takes the cursor of a row's window,
/// writes the row there and goes on. Confined to its loop.
package final class BulkWindows {
    package private(set) var windows: [BulkWindow] = []
    /// The bytes that the rows of each window share; nil while its statement is not prepared.
    private var templates: [RowTemplate?] = []
    /// The cursors of the pass that is under way, by window.
    package private(set) var cursors: UnsafeMutablePointer<BulkCursor>
    private var capacity = 1
    /// Nil sends every row to the first window.
    package var router: TokenRouter?
    package let grouping: RowGrouping
    /// The window that a row waits for, because it took no more.
    package private(set) var fullWindow: Int?
    private var timestamp: Int64 = 0

    package init(grouping: RowGrouping = RowGrouping()) {
        self.grouping = grouping
        cursors = .allocate(capacity: 1)
        cursors.initialize(to: .closed)
    }

    /// One window that takes every row: for what has no connections.
    package convenience init(_ window: BulkWindow, _ template: RowTemplate, grouping: RowGrouping = RowGrouping()) {
        self.init(grouping: grouping)
        add(window, template)
    }

    deinit { cursors.deallocate() }

    /// Adds a window; not during a pass.
    package func add(_ window: BulkWindow, _ template: RowTemplate? = nil) {
        windows.append(window)
        templates.append(template)
        if windows.count > capacity {
            cursors.deallocate()
            capacity = windows.count * 2
            cursors = .allocate(capacity: capacity)
            cursors.initialize(repeating: .closed, count: capacity)
        }
    }

    package func template(of window: Int) -> RowTemplate? { templates[window] }

    /// Changes what a window's rows begin with, or says that it takes none for the time being; not during a pass.
    package func setTemplate(_ template: RowTemplate?, of window: Int) { templates[window] = template }

    // MARK: A pass

    /// Nobody waits for a window any more.
    package func clearFullWindow() { fullWindow = nil }

    /// Begins a pass of rows that carry this timestamp.
    package func begin(timestamp: Int64) {
        self.timestamp = timestamp
        fullWindow = nil
        for window in windows.indices { cursors[window] = .closed }
    }

    /// A row could not be written to this window: its connection is to be made, or answers are to be waited for.
    package func refused(_ window: Int) {
        if templates[window] == nil { windows[window].isWanted = true }
        fullWindow = window
    }

    /// Finds another place for a window's next row, which takes up to `byteCount` bytes with its prefix.
    ///
    /// - Returns: false when the window takes no row now: wait for answers.
    package func makeRoom(_ window: Int, for byteCount: Int) -> Bool {
        finish(window)
        guard let template = templates[window] else { return false }
        let batchOverhead = RowTemplate.batchHeaderByteCount + RowTemplate.batchTrailerByteCount
        let needed = byteCount + (template.isBatching ? batchOverhead : 0)
        guard var cursor = windows[window].openCursor(for: needed, template) else { return false }
        if template.isBatching { startBatch(&cursor, template, rowByteCount: byteCount) }
        cursors[window] = cursor
        return true
    }

    private func startBatch(_ cursor: inout BulkCursor, _ template: RowTemplate, rowByteCount: Int) {
        let start = cursor.writeIndex
        template.writeBatchHeader(at: cursor.base + start)
        cursor.batchStart = start
        cursor.writeIndex = start + RowTemplate.batchHeaderByteCount
        // A row that is too long for the limit travels in a batch of its own.
        let bound = start + grouping.byteLimit - RowTemplate.batchTrailerByteCount
        let isAlone = cursor.writeIndex + rowByteCount > bound
        cursor.batchRowCount = isAlone ? 1 : grouping.rowLimit
        cursor.remainingRowCount = cursor.batchRowCount
        cursor.limit = min(
            cursor.limit - RowTemplate.batchTrailerByteCount,
            isAlone ? cursor.writeIndex + rowByteCount : bound
        )
    }

    /// Ends the pass: what was written is in the windows.
    package func end() {
        for window in windows.indices { finish(window) }
    }

    private func finish(_ window: Int) {
        guard cursors[window].segment >= 0 else { return }
        var cursor = cursors[window]
        cursors[window] = .closed
        var batchRowCount = 0
        if cursor.batchStart >= 0 {
            batchRowCount = cursor.batchRowCount - cursor.remainingRowCount
            finishBatch(&cursor, rowCount: batchRowCount, template: templates[window])
        }
        windows[window].commit(cursor, batchRowCount: batchRowCount)
    }

    private func finishBatch(_ cursor: inout BulkCursor, rowCount: Int, template: RowTemplate?) {
        guard rowCount > 0, let template else {
            cursor.writeIndex = cursor.batchStart
            return
        }
        let frame = cursor.base + cursor.batchStart
        let trailer = cursor.base + cursor.writeIndex
        template.writeBatchTrailer(of: frame, at: trailer, rowCount: rowCount, timestamp: timestamp)
        cursor.writeIndex += RowTemplate.batchTrailerByteCount
        cursor.finishFrame(at: cursor.batchStart, byteCount: cursor.writeIndex - cursor.batchStart)
    }
}
