use super::*;

#[test]
fn typing_is_undone_and_redone_as_one() {
    let mut text = SharedText::new("say ", 1);
    let mut history = History::default();
    for (i, c) in ["h", "e", "y"].iter().enumerate() {
        let at = 4 + i as u32;
        history.edit(&mut text, at, 0, c, i as u64 * 100).unwrap();
    }
    history.edit(&mut text, 0, 1, "S", 5000).unwrap();
    assert_eq!(text.text(), "Say hey");
    assert_eq!(history.undo(&mut text).unwrap().len(), 1);
    assert_eq!(text.text(), "say hey");
    history.undo(&mut text).unwrap();
    assert_eq!(text.text(), "say ");
    assert_eq!(history.undo(&mut text).unwrap(), []);
    history.redo(&mut text).unwrap();
    history.redo(&mut text).unwrap();
    assert_eq!(text.text(), "Say hey");
    assert!(!history.can_redo() && history.can_undo());
}
