package entra

// Advice is what errors say about the codes of Entra ID.
var Advice = advice
