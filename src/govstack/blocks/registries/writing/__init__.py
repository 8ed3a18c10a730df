"""The core of every change: content checked and filled, links kept, the record stored, the change chained and told."""
