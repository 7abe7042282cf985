package entra

// Advice is what errors say about the codes of Entra ID.
var Advice = advice

// Sentences joins the sentences of an error.
var Sentences = sentences
